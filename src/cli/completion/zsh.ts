import type { CompletedCommand, CompletedOption, Completions, Place } from './completions.ts'

/** A script for zsh: `source <(assay completion zsh)`, or a file `_assay` in a folder of `$fpath`. */
export function zshCompletion({ commands, options }: Completions): string {
  return `#compdef assay
# Completion of assay for zsh. In ~/.zshrc, after compinit: source <(assay completion zsh)
_assay() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quote(`${name}:${description}`)}`).join('\n')}
  )
  _arguments -C ${options.flatMap(specsOf).join(' ')} '1: :->command' '*:: :->rest'
  case $state in
    command) _describe -t commands 'assay command' commands ;;
    rest)
      case $words[1] in
${commands.map(branch).join('\n')}
      esac
      ;;
  esac
}
if [[ \${funcstack[1]} == _assay ]]; then _assay "$@"; else compdef _assay assay; fi
`
}

function branch({ name, options, arguments: places }: CompletedCommand): string {
  const specs = places.map(({ name: word, place, isMany }) => quote(`${isMany ? '*' : ''}:${word}:${offer(place)}`))
  return `        ${name}) _arguments ${[...options.flatMap(specsOf), ...specs].join(' ')} ;;`
}

function specsOf({ long, short, description, isMany, value }: CompletedOption): string[] {
  const text = `[${description.replace(/[[\]:\\]/g, '\\$&')}]`
  const rest = value === undefined ? '' : `:${long.replace(/^--/, '')}:${offer(value)}`
  const spec = (word: string): string =>
    quote(`${isMany ? '*' : ''}${word}${value !== undefined && word === long ? '=' : ''}${text}${rest}`)
  return short === undefined ? [spec(long)] : [spec(short), spec(long)]
}

function offer(place: Place): string {
  switch (place.type) {
    case 'words':
      return `(${place.words.join(' ')})`
    case 'pipelines':
      return '_files -g "*.(yaml|yml)(-.)"'
    case 'files':
      return '_files'
    case 'folders':
      return '_files -/'
    case 'runs':
      return '_files -W "(runs .)" -/'
    case 'anything':
      return ' '
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
