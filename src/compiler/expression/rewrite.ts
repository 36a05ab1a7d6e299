import type { Scope, ScopeType } from './scope.ts'

/** An expression in CEL's own spelling, and the way back from its offsets. */
export interface Rewritten {
  readonly cel: string
  /** Dotted names found, such as `natural.loss`, with their places in the source. */
  readonly names: readonly DottedName[]
  toSource(offset: number): number
}
export interface DottedName {
  readonly segments: readonly NameSegment[]
  /** Type of the last segment, if every segment is known. */
  readonly type?: ScopeType
}
export interface NameSegment {
  readonly name: string
  readonly start: number
  readonly end: number
}

/**
 * Spells an expression for CEL. Two things differ from CEL as it stands:
 * known names may hold hyphens (`natural-scale.loss`), which become `Z` (ids have no capital letters), or be words of CEL
 * (`list.loss`, which becomes `List.loss`), and a whole
 * number is a double (`5` → `5.0`), since CEL refuses `5 + 0.5` (and `.5` is `0.5`); only an index stays an integer, or
 * becomes one if it is computed (`list[0]`, `list[x - 1]` → `list[int(x - 1.0)]`).
 */
export function rewrite(source: string, scope: Scope): Rewritten {
  const token =
    /r?"""[^]*?"""|r?'''[^]*?'''|r?"(?:\\.|[^"\\])*"|r?'(?:\\.|[^'\\])*'|0x[\da-fA-F]+u?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?u?|[A-Za-z_]\w*/gs
  const shifts: { readonly cel: number; readonly by: number }[] = []
  const names: DottedName[] = []
  const variables = ownVariables(source)
  const inserts: { readonly at: number; readonly text: string }[] = []
  let cel = ''
  let copied = 0
  let shift = 0
  const insert = (text: string): void => {
    cel += text
    shift += text.length
    shifts.push({ cel: cel.length, by: shift })
  }
  /** Copies the source up to a place, with what is to be put in before it; what closes there comes later. */
  const copyTo = (to: number): void => {
    inserts.sort((a, b) => a.at - b.at)
    for (let next = inserts[0]; next !== undefined && next.at < to + Number(next.text !== ')'); next = inserts[0]) {
      cel += source.slice(copied, next.at)
      copied = next.at
      insert(next.text)
      inserts.shift()
    }
    cel += source.slice(copied, to)
    copied = to
  }
  for (let found = token.exec(source); found !== null; found = token.exec(source)) {
    const at = found.index
    if (/^[A-Za-z_]/.test(found[0]) && !/["']/.test(found[0])) {
      const name = readName(source, at, scope)
      const last = name.segments.at(-1)
      if (last === undefined || isField(source, at) || isOwnVariable(source, at, variables)) continue
      names.push(name)
      copyTo(at)
      const written = source.slice(at, last.end)
      cel += scope.has(name.segments[0]?.name ?? '') ? encodeHead(written) : written
      copied = token.lastIndex = last.end
      if (name.type?.kind === 'list') inserts.push(...computedIndex(source, last.end))
    } else if (found[0].startsWith('.')) {
      copyTo(at)
      insert('0')
    } else if (/^\d+$/.test(found[0]) && !isIndex(source, at)) {
      copyTo(at + found[0].length)
      insert('.0')
    }
  }
  copyTo(source.length + 1)
  const toSource = (offset: number): number => offset - (shifts.findLast((entry) => entry.cel <= offset)?.by ?? 0)
  return { cel, names, toSource }
}

/** As CEL sees a name. Same length, so offsets stay. */
export const encodeName = (name: string): string => name.replaceAll('-', 'Z')

/** Words that are values or keywords of CEL. A stage may bear them all the same. */
const celWords = /^(?:string|bool|int|uint|double|map|list|bytes|null_type|type|google|optional|cel|prototype)(?![\w-])/

/** As CEL sees the first part of a dotted name, and what may follow it. */
export const encodeHead = (name: string): string =>
  encodeName(name.replace(celWords, (word) => word.charAt(0).toUpperCase() + word.slice(1)))

/** A variable that an expression makes itself, as `x` in `list.map(x, x * 2)`, and where it is one. */
interface OwnVariable {
  readonly name: string
  readonly start: number
  readonly end: number
}

function ownVariables(source: string): OwnVariable[] {
  const macros = source.matchAll(/\.\s*(?:map|filter|all|exists|exists_one)\s*\(\s*([A-Za-z_]\w*)\s*,/g)
  return [...macros].map(({ 0: text, 1: name = '', index }) => {
    const start = index + text.indexOf('(') + 1
    return { name, start, end: closingOf(source, start) ?? source.length }
  })
}

/** Whether the word at a place is such a variable, rather than a stage of the same name. */
function isOwnVariable(source: string, at: number, variables: readonly OwnVariable[]): boolean {
  if (variables.length === 0) return false
  const word = /^\w+/.exec(source.slice(at))?.[0]
  return variables.some(({ name, start, end }) => name === word && start <= at && at < end)
}

/** Where the bracket closes that was opened before `from`. */
function closingOf(source: string, from: number): number | undefined {
  const bracket = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[()[\]]/g
  bracket.lastIndex = from
  let depth = 1
  for (let found = bracket.exec(source); found !== null; found = bracket.exec(source)) {
    depth += /[([]/.test(found[0].charAt(0)) ? 1 : /[)\]]/.test(found[0].charAt(0)) ? -1 : 0
    if (depth === 0) return found.index
  }
  return undefined
}

/** Reads `a.b-c.d` as far as the names are known; a hyphen after an unknown name is a minus. */
function readName(source: string, from: number, scope: Scope): DottedName {
  const segments: NameSegment[] = []
  let fields: Scope | undefined = scope
  let type: ScopeType | undefined
  let at = from
  for (;;) {
    const whole = /^[A-Za-z_](?:[\w-]*\w)?/.exec(source.slice(at))?.[0]
    if (whole === undefined) break
    const name = longestKnown(whole, fields) ?? /^\w+/.exec(whole)?.[0] ?? whole
    // A call is no name of ours: `mean(…)`, `params.name.size()`.
    if (/^\s*\(/.test(source.slice(at + name.length))) break
    segments.push({ name, start: at, end: at + name.length })
    type = fields?.get(name)
    fields = type?.kind === 'map' ? type.fields : undefined
    at += name.length
    if (source[at] !== '.' || !/[A-Za-z_]/.test(source[at + 1] ?? '')) break
    at++
  }
  return type === undefined ? { segments } : { segments, type }
}

function longestKnown(text: string, names: Scope | undefined): string | undefined {
  for (let end = text.length; end > 0 && names !== undefined; end = text.lastIndexOf('-', end - 1)) {
    if (names.has(text.slice(0, end))) return text.slice(0, end)
  }
  return undefined
}

/** What makes an integer of the index after a list, unless it is written as one or breaks off. */
function computedIndex(source: string, from: number): { at: number; text: string }[] {
  const open = /^\s*\[/.exec(source.slice(from))?.[0]
  if (open === undefined || /^\s*\[\s*\d+\s*\]/.test(source.slice(from))) return []
  const start = from + open.length
  const close = closingOf(source, start)
  return close === undefined
    ? []
    : [
        { at: start, text: 'int(' },
        { at: close, text: ')' },
      ]
}

const isField = (source: string, at: number): boolean => /\.\s*$/.test(source.slice(0, at))
/** Whether a number is the whole of an index. */
const isIndex = (source: string, at: number): boolean =>
  /[\w)\]]\s*\[\s*$/.test(source.slice(0, at)) && /^\d+\s*\]/.test(source.slice(at))
