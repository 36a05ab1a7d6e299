import type { CompletedCommand, CompletedOption, Completions, Place } from './completions.ts'

/** A script for bash 3.2 or later: `source <(assay completion bash)`. */
export function bashCompletion({ commands, options }: Completions): string {
  return `# Completion of assay for bash. In ~/.bashrc: source <(assay completion bash)
_assay() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= count=0 i word
  COMPREPLY=()
  # Readline cuts --format=json at the equals sign.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == = ]]; then
      i=$((i + 1))
    elif [[ $word == -* ]]; then
      # The value of an option is no argument of the command.
      case "$command $word" in
${taking(commands)}
      esac
    elif [[ -z $command ]]; then
      command=$word
    else
      count=$((count + 1))
    fi
  done
  case "$command $prev" in
${commands.flatMap(values).join('\n')}
  esac
  case "$command" in
    '')
      _assay_words ${quoted([...commands.map(({ name }) => name), ...options.flatMap(namesOf)])}
      ;;
${commands.map(branch).join('\n')}
  esac
}
_assay_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}
_assay_runs() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -W "$(command ls runs 2>/dev/null)" -- "$cur"; compgen -d -- "$cur"))
}
_assay_folders() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -d -- "$cur"))
}
_assay_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}
_assay_pipelines() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -d -- "$cur"; compgen -f -X '!*.yaml' -- "$cur"; compgen -f -X '!*.yml' -- "$cur"))
}
complete -F _assay assay
`
}

const quoted = (words: readonly string[]): string => `'${words.join(' ')}'`
const namesOf = ({ long, short }: CompletedOption): string[] => (short === undefined ? [long] : [short, long])

/** Where the word after an option is its value, unless an equals sign stands between, which readline makes a word. */
function taking(commands: readonly CompletedCommand[]): string {
  const patterns = commands.flatMap(({ name, options }) =>
    options.flatMap((option) => (option.value === undefined ? [] : namesOf(option).map((word) => `'${name} ${word}'`))),
  )
  return `        ${patterns.join(' | ')}) if [[ \${COMP_WORDS[i+1]} != = ]]; then i=$((i + 1)); fi ;;`
}

/** What follows an option that takes a value. */
function values({ name, options }: CompletedCommand): string[] {
  return options.flatMap((option) => {
    if (option.value === undefined) return []
    const patterns = namesOf(option).map((word) => `'${name} ${word}'`)
    return [`    ${patterns.join(' | ')})`, `      ${offer(option.value)}`, '      return', '      ;;']
  })
}

/** Options where a dash is written, else the argument whose turn it is. */
function branch({ name, options, arguments: places }: CompletedCommand): string {
  const last = places.at(-1)
  const turns = places.map(({ place }, i) => `        ${String(i)}) ${offer(place)} ;;`)
  const rest = last?.isMany === true ? [`        *) ${offer(last.place)} ;;`] : []
  return [
    `    ${name})`,
    `      if [[ $cur == -* ]]; then _assay_words ${quoted(options.flatMap(namesOf))}; return; fi`,
    ...(places.length === 0 ? [] : ['      case $count in', ...turns, ...rest, '      esac']),
    '      ;;',
  ].join('\n')
}

function offer(place: Place): string {
  switch (place.type) {
    case 'words':
      return `_assay_words ${quoted(place.words)}`
    case 'anything':
      return ':'
    case 'files':
    case 'folders':
    case 'runs':
    case 'pipelines':
      return `_assay_${place.type}`
  }
}
