import type { YamlNode } from './node.ts'
import { pipelineKeys } from './read-spec.ts'

interface Section {
  readonly key: string
  readonly text: string
}

/**
 * The text with its top-level keys in the order assay, name, description, seed, params, …, stages; keys of other names
 * come last, as they stood. Comments above a key move with it; those at the head and at the foot of the file stay.
 * `text` is formatted: every top-level key begins a line.
 */
export function orderSections(text: string, root: YamlNode | undefined): string {
  if (root?.kind !== 'map' || text[root.span.offset] === '{') return text
  const keys = root.entries.map(({ key }) => key)
  const order = [...keys].sort((a, b) => rank(a) - rank(b))
  if (order.every((key, i) => key === keys[i])) return text
  const lines = text.replace(/\n$/, '').split('\n')
  const { head, sections, foot } = cut(lines, root.entries)
  const sorted = [...sections].sort((a, b) => rank(a.key) - rank(b.key))
  const body = sorted.map(({ text }, i) => (i > 0 && isTall(sorted[i - 1], sorted[i]) ? `\n${text}` : text))
  return `${[...(head === '' ? [] : [head]), ...body, ...(foot === '' ? [] : ['', foot])].join('\n')}\n`
}

/** Between a section of several lines and its neighbours stands an empty line. */
const isTall = (...sections: readonly (Section | undefined)[]): boolean =>
  sections.some((section) => section?.text.includes('\n') === true)

const rank = (key: string): number => {
  const index = pipelineKeys.indexOf(key)
  return index === -1 ? pipelineKeys.length : index
}

type Entry = (YamlNode & { readonly kind: 'map' })['entries'][number]

/** Each section from the comments above its key to the last line of its value. */
function cut(
  lines: readonly string[],
  entries: readonly Entry[],
): { head: string; sections: readonly Section[]; foot: string } {
  const starts = entries.map(({ keySpan }, i) => {
    const floor = i === 0 ? 0 : (entries[i - 1]?.keySpan.line ?? 0)
    let line = keySpan.line - 1
    while (line > floor && isLoose(lines[line - 1])) line--
    return i === 0 ? afterLastGap(lines, line, keySpan.line - 1) : line
  })
  const end = footOf(lines, entries.at(-1)?.keySpan.line ?? 0)
  const sections = entries.map(({ key }, i) => ({
    key,
    text: trimmed(lines.slice(starts[i], starts[i + 1] ?? end)),
  }))
  return { head: trimmedEnd(lines.slice(0, starts[0])), sections, foot: trimmed(lines.slice(end)) }
}

/** The head of a file ends with its last empty line before the first key; with none, all of it is head. */
function afterLastGap(lines: readonly string[], from: number, to: number): number {
  const gap = lines.slice(from, to).lastIndexOf('')
  return gap === -1 ? to : from + gap + 1
}

/** Where the comments begin that stand apart at the end. */
function footOf(lines: readonly string[], last: number): number {
  let line = lines.length
  while (line > last && isLoose(lines[line - 1])) line--
  const gap = lines.indexOf('', line)
  return gap === -1 ? lines.length : gap
}

const isLoose = (line: string | undefined): boolean => line === '' || line?.startsWith('#') === true
const trimmedEnd = (lines: readonly string[]): string =>
  `${lines.join('\n').trimEnd()}${lines.at(-1) === '' ? '\n' : ''}`
const trimmed = (lines: readonly string[]): string => lines.join('\n').replace(/^\n+|\n+$/g, '')
