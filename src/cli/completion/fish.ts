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
  return [
    // fish does not count arguments, so that all of a command's are offered together.
    ...places.flatMap(({ place }) =>
      place.type === 'anything' ? [] : [`complete -c assay -n ${here} ${offer(place)}`],
    ),
    ...options.map((option) => lineOf(here, option)),
  ]
}

function lineOf(condition: string, { long, short, description, value }: CompletedOption): string {
  const names = `${short === undefined ? '' : ` -s ${short.replace(/^-/, '')}`} -l ${long.replace(/^--/, '')}`
  const taken = value === undefined ? '' : ` -r ${offer(value)}`
  return `complete -c assay -n ${condition}${names}${taken} -d ${quote(description)}`
}

/** Files by their ending, and folders to look into. fish's own function for endings offers all files after those. */
const pipelines = String.raw`(__fish_complete_path (commandline -ct) | string match -r -- '.*(?:\.ya?ml|/)(?:\t.*)?$')`

function offer(place: Place): string {
  switch (place.type) {
    case 'words':
      return `-f -a ${quote(place.words.join(' '))}`
    case 'pipelines':
      return `-f -a ${quote(pipelines)}`
    case 'files':
      return '-F'
    case 'runs':
      return `-f -a ${quote('(command ls runs 2>/dev/null; __fish_complete_directories)')}`
    case 'folders':
      return `-f -a ${quote('(__fish_complete_directories)')}`
    case 'anything':
      return '-f'
  }
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
