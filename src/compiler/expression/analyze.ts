import { checkCel, type CelProblem } from './environment.ts'
import { explainCel } from './explain-cel.ts'
import type { ExpressionProblem } from './problem.ts'
import { rewrite, type DottedName, type NameSegment, type Rewritten } from './rewrite.ts'
import type { Scope, ScopeType } from './scope.ts'

/** What one expression is: its CEL type and the names it reads, or what is wrong, with offsets in its source. */
export type Analysis =
  | { readonly ok: true; readonly type: string; readonly names: readonly DottedName[] }
  | { readonly ok: false; readonly problems: readonly ExpressionProblem[] }

/** Characters of an expression. */
const longest = 2000

/** Looks up every dotted name in `scope` and has CEL check the types. */
export function analyze(source: string, scope: Scope): Analysis {
  const odd = misread(source, scope)
  if (odd !== undefined) return { ok: false, problems: [odd] }
  const rewritten = rewrite(source, scope)
  const problems = rewritten.names.flatMap((name) => nameProblem(name, source, scope) ?? [])
  if (problems.length > 0) return { ok: false, problems }
  const heads = rewritten.names.flatMap(({ segments: [head] }) =>
    head !== undefined && scope.has(head.name) ? [head.name] : [],
  )
  const used = new Map(heads.map((head) => [head, scope.get(head) as ScopeType]))
  const checked = checkCel(rewritten.cel, used)
  if ('type' in checked)
    return {
      ok: true,
      type: checked.type,
      names: rewritten.names.filter(({ segments }) => used.has(segments[0]?.name ?? '')),
    }
  return { ok: false, problems: [celProblem(checked, source, { rewritten, scope })] }
}

/** What is no expression on the face of it, though CEL might read a part of it as one. */
function misread(source: string, scope: Scope): ExpressionProblem | undefined {
  const whole = { start: 0, end: Math.max(1, source.length) }
  if (source.trim() === '')
    return {
      ...whole,
      end: 1,
      message: 'this expression is empty',
      help: 'write a name between the braces, such as `${params.x}`',
    }
  if (source.length > longest)
    return {
      ...whole,
      message: `this expression has more than ${String(longest)} characters`,
      help: 'move a part of it into a parameter or a stage',
    }
  const doubled = /^\{\s*([^{}:]*?)\s*\}$/.exec(source.trim())?.[1]
  if (doubled !== undefined)
    return { ...whole, message: 'an expression stands in one pair of braces', help: `write \`\${${doubled}}\`` }
  const withoutTexts = source.replace(/"[^"]*"|'[^']*'/g, (text) => ' '.repeat(text.length))
  const cell = /(?<![\w.-])([a-z][\w-]*)@[\w-]+=/.exec(withoutTexts)
  if (cell === null || !scope.has(cell[1] ?? '')) return undefined
  return {
    start: cell.index,
    end: cell.index + cell[0].length,
    message: 'an expression takes a cell of a matrix by its place',
    help: `write \`\${${cell[1] ?? ''}.output[0]}\`; places count from 0`,
  }
}

function nameProblem(name: DottedName, source: string, scope: Scope): ExpressionProblem | undefined {
  const [head, ...rest] = name.segments
  let type = head && scope.get(head.name)
  if (head === undefined || type === undefined) return undefined
  let what = head.name
  for (const segment of rest) {
    if (type.kind === 'list') return isList(what, at(head, segment))
    if (type.kind !== 'map') {
      return type.kind === 'unreadable' ? unreadable(what, type.what, at(head, segment)) : undefined
    }
    const next: ScopeType | undefined = type.fields.get(segment.name)
    if (next === undefined) {
      const readable = [...type.fields].flatMap(([field, { kind }]) => (kind === 'unreadable' ? [] : [field]))
      const names = readable.length === 0 ? [...type.fields.keys()] : readable
      // An unknown name was read up to its first hyphen, which might have been a minus.
      const word = /^[\w-]*\w/.exec(source.slice(segment.start))?.[0] ?? segment.name
      const end = segment.start + word.length
      if (namesOdd(source.slice(segment.start), type.fields))
        return { start: segment.start, end, message: '', isTold: true }
      return {
        start: segment.start,
        end,
        message: `\`${what}\` has no ${type.what} \`${word}\``,
        known: { word, names, what: `${type.what}s` },
      }
    }
    what += `.${segment.name}`
    type = next
  }
  const last = name.segments.at(-1) ?? head
  if (type.kind === 'unreadable') return unreadable(what, type.what, at(head, last))
  if (type.kind !== 'map') return undefined
  const [example] = [...type.fields].flatMap(([field, { kind }]) => (kind === 'unreadable' ? [] : [field]))
  const help =
    example === undefined
      ? `\`${what}\` has no ${type.what} that an expression can read`
      : `name its ${type.what}: \`\${${what}.${example}}\``
  return { ...at(head, last), message: `\`${what}\` is no value by itself`, help }
}

const at = (first: NameSegment, last: NameSegment): { start: number; end: number } => ({
  start: first.start,
  end: last.end,
})

const isList = (name: string, place: { start: number; end: number }): ExpressionProblem => ({
  ...place,
  message: `\`${name}\` is a list`,
  help: `take one of it (\`${name}[0]\`), or compute with all: \`${name}.map(x, …)\`, \`mean(…)\`, \`max(…)\``,
})

const unreadable = (name: string, type: string, place: { start: number; end: number }): ExpressionProblem => ({
  ...place,
  message: `\`${name}\` is a ${type}, which an expression cannot read`,
  help: 'expressions read parameters, numbers, metrics and records; name a stage without `${…}` to pass its output on',
})

function celProblem(
  problem: CelProblem,
  source: string,
  { rewritten, scope }: { rewritten: Rewritten; scope: Scope },
): ExpressionProblem {
  const toSource = (offset: number): number => rewritten.toSource(offset)
  if (problem.code !== 'unknown_variable') return explainCel(problem, { source, names: rewritten.names, toSource })
  return unknownName(source, Math.min(toSource(problem.start), Math.max(0, source.length - 1)), scope)
}

/** Whether a text begins with a name that no expression can hold. */
const namesOdd = (text: string, names: Scope): boolean =>
  [...names.keys()].some((name) => !/^[A-Za-z_][\w-]*$/.test(name) && text.startsWith(name))

/** Names that mean something in other places. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ['input', '`${inputs.name}` is the input of a command, in its `run`'],
  ['output', '`${outputs.name}` is the output of a command, in its `run`'],
  ['True', 'write `true`'],
  ['False', 'write `false`'],
  ['None', 'write `null`'],
  ['matrix', 'give the stage a matrix: `matrix: { name: [value, value] }`'],
  ['inputs', '`${inputs.name}` is the input of a command, in its `run`'],
  ['outputs', '`${outputs.name}` is the output of a command, in its `run`'],
])

function unknownName(source: string, start: number, scope: Scope): ExpressionProblem {
  const before = /[\w-]*$/.exec(source.slice(0, start))?.[0] ?? ''
  const word = before + (/^[\w-]*\w/.exec(source.slice(start))?.[0] ?? '')
  const from = start - before.length
  const place = { start: from, end: from + Math.max(1, word.length) }
  if (namesOdd(source.slice(from), scope)) return { ...place, message: '', isTold: true }
  const help = elsewhere.get(word)
  if (help !== undefined) return { ...place, message: `there is no \`${word}\` here`, help }
  return {
    ...place,
    message: `there is nothing called \`${word}\``,
    known: { word, names: [...scope.keys()], what: 'names' },
  }
}
