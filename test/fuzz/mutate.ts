import { readDocument } from '../../src/compiler/document.ts'
import type { YamlNode } from '../../src/compiler/node.ts'
import { hostileCharacters, hostileValues } from './hostile-values.ts'
import type { Seeded } from './seeded.ts'

/** Makes another text of one. `other` is a text to take parts from. */
type Mutation = (text: string, random: Seeded, other: string) => string

/** A few mutations of a text, one after the other. Texts beyond 50,000 characters are cut, so that they do not grow. */
export function mutate(text: string, random: Seeded, other: string): string {
  let mutated = text
  const count = 1 + random.below(4)
  for (let done = 0; done < count; done++) mutated = random.pick(mutations)(mutated, random, other)
  return mutated.slice(0, 50_000)
}

interface Part {
  readonly start: number
  readonly end: number
}

const splice = (text: string, { start, end }: Part, by: string): string => text.slice(0, start) + by + text.slice(end)

/** Every value and every entry (key and value) of the document; none where it cannot be read. */
function partsOf(text: string): { readonly values: Part[]; readonly entries: Part[]; readonly keys: Part[] } {
  const values: Part[] = []
  const entries: Part[] = []
  const keys: Part[] = []
  const visit = (node: YamlNode): void => {
    const start = node.span.offset
    values.push({ start, end: start + node.span.length })
    if (node.kind === 'list') node.items.forEach(visit)
    if (node.kind !== 'map') return
    for (const { keySpan, value } of node.entries) {
      keys.push({ start: keySpan.offset, end: keySpan.offset + keySpan.length })
      entries.push({ start: keySpan.offset, end: Math.max(value.span.offset + value.span.length, keySpan.offset + 1) })
      visit(value)
    }
  }
  const { root } = readDocument({ file: '/fuzz.yaml', text })
  if (root !== undefined) visit(root)
  return { values, entries, keys }
}

/** A mutation of one part of the tree; the text as it is where there is no such part. */
const ofPart =
  (which: 'values' | 'entries' | 'keys', change: (text: string, part: Part, random: Seeded) => string) =>
  (text: string, random: Seeded): string => {
    const parts = partsOf(text)[which]
    return parts.length === 0 ? text : change(text, random.pick(parts), random)
  }

const ofLines =
  (change: (lines: string[], at: number, random: Seeded) => void): Mutation =>
  (text, random) => {
    const lines = text.split('\n')
    change(lines, random.below(lines.length), random)
    return lines.join('\n')
  }

const somewhere = (text: string, random: Seeded): number => random.below(text.length + 1)

const swap: Mutation = (text, random) => {
  const { values } = partsOf(text)
  if (values.length < 2) return text
  const [first, second] = [random.pick(values), random.pick(values)].sort((a, b) => a.start - b.start)
  if (first === undefined || second === undefined || second.start < first.end) return text
  const before = text.slice(first.start, first.end)
  return splice(splice(text, second, before), first, text.slice(second.start, second.end))
}

const graft: Mutation = (text, random, other) => {
  const [from, to] = [partsOf(other).values, partsOf(text).values]
  if (from.length === 0 || to.length === 0) return text
  const { start, end } = random.pick(from)
  return splice(text, random.pick(to), other.slice(start, end))
}

const mutations: readonly Mutation[] = [
  ofPart('entries', (text, part) => splice(text, part, '')),
  ofPart('entries', (text, part) => {
    const line = text.lastIndexOf('\n', part.start) + 1
    return splice(text, { start: line, end: line }, `${text.slice(line, part.end)}\n`)
  }),
  ofPart('values', (text, part, random) => splice(text, part, random.pick(hostileValues))),
  ofPart('values', (text, part, random) => splice(text, part, random.pick(hostileValues))),
  ofPart('values', (text, part) => splice(text, part, JSON.stringify(text.slice(part.start, part.end)))),
  ofPart('keys', (text, part, random) => splice(text, part, random.pick(hostileValues))),
  ofPart('keys', (text, part, random) => {
    const at = part.start + random.below(part.end - part.start)
    return splice(text, { start: at, end: at + 1 }, random.pick(['', 'x', text.slice(at, at + 1).repeat(2)]))
  }),
  ofPart('values', (text, part, random) => {
    const at = part.start + random.below(part.end - part.start + 1)
    return splice(text, { start: at, end: at }, random.pick(hostileValues))
  }),
  swap,
  swap,
  graft,
  graft,
  ofLines((lines, at) => void lines.splice(at, 1)),
  ofLines((lines, at) => void lines.splice(at, 0, lines[at] ?? '')),
  ofLines((lines, at, random) => (lines[at] = ' '.repeat(random.below(4)) + (lines[at] ?? ''))),
  ofLines((lines, at) => (lines[at] = (lines[at] ?? '').replace(/^ {1,2}/, ''))),
  ofLines((lines, at) => (lines[at] = `\t${lines[at] ?? ''}`)),
  ofLines((lines, at, random) => void lines.splice(at, 0, random.pick(hostileValues))),
  (text, random) => {
    const at = somewhere(text, random)
    return splice(text, { start: at, end: at }, random.pick(hostileCharacters))
  },
  (text, random) => {
    const at = somewhere(text, random)
    return splice(text, { start: at, end: at + 1 + random.below(8) }, '')
  },
  (text, random) => {
    const quotes = [...text.matchAll(/["'{}[\]]/g)].map(({ index }) => index)
    const at = quotes.length === 0 ? 0 : random.pick(quotes)
    return splice(text, { start: at, end: at + 1 }, '')
  },
  (text, random) => text.slice(0, somewhere(text, random)),
  (text) => text.replaceAll('\n', '\r\n'),
  (text, random, other) => splice(text, { start: somewhere(text, random), end: text.length }, other),
]
