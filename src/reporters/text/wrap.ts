/**
 * Breaks text into lines of at most `width` columns, at spaces where there are any; keeps the text's own line breaks.
 * After a word set apart by spaces (`scale     loss 0.6 …`) the lines that follow are indented below the text.
 */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(1, width)
  return text.split('\n').flatMap((line) => {
    const indent = /^\S.{0,18}? {2,}(?=\S)/.exec(line)?.[0].length ?? 0
    if (indent === 0 || indent > room / 2) return wrapLine(line, room)
    const [first = '', ...others] = wrapLine(line.slice(indent), room - indent)
    return [line.slice(0, indent) + first, ...others.map((other) => ' '.repeat(indent) + other)]
  })
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    const joined = current === '' ? word : `${current} ${word}`
    if ([...joined].length <= width) {
      current = joined
      continue
    }
    if (current !== '') lines.push(current)
    const letters = [...word]
    while (letters.length > width) lines.push(letters.splice(0, width).join(''))
    current = letters.join('')
  }
  return [...lines, current]
}
