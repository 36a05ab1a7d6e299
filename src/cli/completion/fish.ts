import type { CompletedCommand, CompletedOption, Completions, Place } from './completions.ts'

/** A script for fish: `assay completion fish > ~/.config/fish/completions/assay.fish`. */
export function fishCompletion({ commands, options }: Completions): string {
  const first = '__fish_use_subcommand'
  return `${[
    '# Completion of assay for fish: assay completion fish > ~/.config/fish/completions/assay.fish',
    'complete -c assay -f',
    ...commands.map(({ name, description }) => `complete -c assay -n ${first} -a ${name} -d ${quote(description)}`),
    ...options.map((option) => lineOf(first, option)),
    ...commands.flatMap(linesOf),
  ].join('\n')}\n`
}

function linesOf({ name, options, arguments: places }: CompletedCommand): string[] {
  const here = quote(`__fish_seen_subcommand_from ${name}`)
  const [first] = places
  return [
    ...(first === undefined || first.place.type === 'anything'
      ? []
      : [`complete -c assay -n ${here} ${offer(first.place)}`]),
    ...options.map((option) => lineOf(here, option)),
  ]
}

function lineOf(condition: string, { long, short, description, value }: CompletedOption): string {
  const names = `${short === undefined ? '' : ` -s ${short.replace(/^-/, '')}`} -l ${long.replace(/^--/, '')}`
  const taken = value === undefined ? '' : ` -r ${offer(value)}`
  return `complete -c assay -n ${condition}${names}${taken} -d ${quote(description)}`
}

function offer(place: Place): string {
  switch (place.type) {
    case 'words':
      return `-f -a ${quote(place.words.join(' '))}`
    case 'pipelines':
      return `-k -f -a ${quote('(__fish_complete_suffix .yaml .yml)')}`
    case 'files':
      return '-F'
    case 'folders':
      return `-f -a ${quote('(__fish_complete_directories)')}`
    case 'anything':
      return '-f'
  }
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
