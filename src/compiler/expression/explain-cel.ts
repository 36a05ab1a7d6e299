import { functionNames, type CelOperand, type CelProblem } from './environment.ts'
import type { ExpressionProblem } from './problem.ts'
import type { DottedName } from './rewrite.ts'

/** An expression with the way back from offsets in its CEL text. */
export interface Written {
  readonly source: string
  readonly names: readonly DottedName[]
  toSource(offset: number): number
}

/** What is wrong with an expression, in our words and at the place in the source; all but unknown names. */
export function explainCel(problem: CelProblem, written: Written): ExpressionProblem {
  const { source } = written
  const at = placeOf(problem, written)
  const text = source.slice(at.start, at.end)
  switch (problem.code) {
    case 'no_such_overload':
      if (/^no such overload: [!-]/.test(problem.summary)) return wrongOperand(problem, { at, source })
      return {
        ...at,
        message: `the types in \`${text}\` do not fit: ${celInWords(problem.summary)}`,
        help: 'both sides need the same type; `string(x)` and `double(x)` convert',
      }
    case 'no_matching_overload':
      return wrongCall(problem, { at, source })
    case 'invalid_logical_operand':
    case 'invalid_condition_type':
      return notBoolean(problem, written)
    case 'incompatible_ternary_branches':
      return {
        ...at,
        message: `the two results in \`${text}\` are ${typesIn(problem.summary)}`,
        help: 'give both one type',
      }
    case 'invalid_index_type':
      return {
        ...at,
        message: `an entry of a list is taken by its place, which is ${typesIn(problem.summary)} here`,
        help: 'a place is a whole number, counted from 0',
      }
    case 'no_such_key':
      if (problem.fields !== undefined) return noField(problem, problem.fields, { at, source })
      return {
        ...at,
        message: `\`${text}\` is not there: ${celInWords(problem.summary)}`,
        help: 'only lists and maps have entries',
      }
    case 'cannot_index_type':
      return {
        ...at,
        message: `\`${text}\` is not there: ${celInWords(problem.summary)}`,
        help: 'only lists and maps have entries',
      }
    case 'invalid_comprehension_range':
      return {
        ...at,
        message: `\`${text}\` is neither a list nor a map`,
        help: '`map`, `filter`, `all` and `exists` go through a list',
      }
    case 'limit_exceeded':
      return {
        ...at,
        message: 'this expression is nested too deep or too large',
        help: 'move a part of it into a parameter or a stage',
      }
    default:
      return wrongSyntax(problem, { at, source })
  }
}

interface Range {
  readonly start: number
  readonly end: number
}

/** In the source; of a part of a dotted name, from its first word on. */
function placeOf({ start, end }: Range, { source, names, toSource }: Written): Range {
  const from = Math.min(toSource(start), Math.max(0, source.length - 1))
  const whole = names.find(({ segments }) => {
    const [head, last] = [segments[0], segments.at(-1)]
    return head !== undefined && last !== undefined && head.start < from && from < last.end
  })
  return { start: whole?.segments[0]?.start ?? from, end: Math.max(from + 1, toSource(end)) }
}

/** A field that the items of a list do not have. */
function noField(
  { summary }: CelProblem,
  { names, what }: { readonly names: readonly string[]; readonly what: string },
  { at, source }: { at: Range; source: string },
): ExpressionProblem {
  const word = summary.replace(/^No such key: /, '')
  const offset = source.slice(at.start, at.end).lastIndexOf(word)
  const start = at.start + Math.max(0, offset)
  return {
    start,
    end: start + word.length,
    message: `there is no ${what} \`${word}\``,
    known: { word, names, what: `${what}s` },
  }
}

/** What `!` or `-` stands before. */
function wrongOperand({ summary }: CelProblem, { at, source }: { at: Range; source: string }): ExpressionProblem {
  const [, sign = '', type = ''] = /([!-])(.*)$/.exec(summary) ?? []
  const start = at.start + (source[at.start] === sign ? 1 : 0)
  const wanted = sign === '!' ? 'true or false' : 'a number'
  const message = `\`${source.slice(start, at.end)}\` is ${article(celInWords(type))}, not ${wanted}`
  return { start, end: at.end, message, help: `\`${sign}\` stands before ${wanted}` }
}

/** A function that is not there, or not for these types. */
function wrongCall({ summary }: CelProblem, { at, source }: { at: Range; source: string }): ExpressionProblem {
  const [, receiver, name = '', types = ''] = /'(?:(.*)\.)?(\w+)\((.*)\)'$/.exec(summary) ?? []
  const offset = source.slice(at.start, at.end).indexOf(name)
  const start = at.start + Math.max(0, offset)
  const place = { start, end: start + Math.max(1, name.length) }
  const names = functionNames()
  const ours = otherNames.get(name)
  if (!names.includes(name) && ours !== undefined)
    return { ...place, message: `there is no function \`${name}\``, help: `write ${ours}` }
  if (!names.includes(name))
    return { ...place, message: `there is no function \`${name}\``, known: { word: name, names, what: 'functions' } }
  const given = types === '' ? 'nothing' : celInWords(types)
  const of = receiver === undefined ? '' : ` of ${celInWords(receiver)}`
  return {
    ...place,
    message: `\`${name}\`${of} does not take ${given}`,
    help: '`log`, `sqrt`, `round` and the like take a number; `min`, `max`, `sum` and `mean` a list of numbers',
  }
}

/** Functions by the names that other languages have for them. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['len', '`size(list)`'],
  ['length', '`size(list)`'],
  ['count', '`size(list)`'],
  ['ln', '`log(x)`, which is the natural logarithm'],
  ['log10', '`log(x) / log(10)`'],
  ['log2', '`log(x) / log(2)`'],
  ['avg', '`mean(list)`'],
  ['average', '`mean(list)`'],
  ['float', '`double(text)`'],
  ['number', '`double(text)`'],
  ['str', '`string(x)`'],
  ['mod', '`x % y`'],
])

/** The operand of `&&`, `||` or `? :` that is neither true nor false. */
function notBoolean(problem: CelProblem, written: Written): ExpressionProblem {
  const isWrong = ({ type }: CelOperand): boolean => !['bool', 'dyn'].includes(type)
  const operands = problem.code === 'invalid_logical_operand' ? (problem.operands ?? []) : []
  const at = placeOf(operands.find(isWrong) ?? problem, written)
  const message = `\`${written.source.slice(at.start, at.end)}\` is ${typesIn(problem.summary)}, not true or false`
  return { ...at, message, help: 'write a comparison, such as `params.x > 8`' }
}

/** What people write who know another language, by the word or sign at the place of the mistake. */
const otherLanguages: readonly (readonly [RegExp, string, string])[] = [
  [/^and\b/, '`and`', 'write `a && b`'],
  [/^or\b/, '`or`', 'write `a || b`'],
  [/^not\b/, '`not`', 'write `!a`'],
  [/^\*\*?/, '`**`', 'write `pow(x, y)`'],
  [/^\^/, '`^`', 'write `pow(x, y)`'],
  [/^if\b/, '`if`', 'write `condition ? a : b`'],
  [/^else\b/, '`else`', 'write `condition ? a : b`'],
  [/^=(?!=)/, '`=`', 'write `a == b`'],
  [/^#/, '`#`', 'take the comment out of the expression'],
  [/^\/\//, '`//`', 'write `floor(x / y)`'],
]

function wrongSyntax({ code, summary }: CelProblem, { at, source }: { at: Range; source: string }): ExpressionProblem {
  const help = 'expressions are CEL: `params.x * 2`, `stage.output`, `a ? b : c`'
  if (code.startsWith('unterminated'))
    return {
      ...at,
      message: 'a quotation mark in this expression is never closed',
      help: 'close the text with the same mark',
    }
  const word = wordAround(source, at.start)
  const foreign = otherLanguages.find(([pattern]) => pattern.test(source.slice(word.start)))
  if (foreign !== undefined) {
    const end = word.start + foreign[1].length - 2
    return { start: word.start, end, message: `${foreign[1]} is no operator here`, help: foreign[2] }
  }
  if (summary.endsWith('EOF') || at.start >= source.trimEnd().length)
    return { start: at.start, end: at.end, message: 'this expression breaks off', help }
  const token = source.slice(word.start, word.end)
  if (code === 'reserved_identifier')
    return { ...word, message: `\`${token}\` has a meaning of its own in expressions`, help }
  if (/^(?:unexpected|expected)_/.test(code)) return { ...word, message: `\`${token}\` cannot stand here`, help }
  return { ...at, message: celInWords(summary), help }
}

/** The word, or else the character, at a place; before the second word of `not a` that is `not`. */
function wordAround(source: string, at: number): Range {
  const before = /\bnot\s+$/.exec(source.slice(0, at))
  if (before !== null) return { start: before.index, end: before.index + 3 }
  const start = at - (/\w*$/.exec(source.slice(0, at))?.[0].length ?? 0)
  return { start, end: Math.max(at + 1, start + (/^\w*/.exec(source.slice(start))?.[0].length ?? 0)) }
}

/** The types that a message of CEL names, in words: `a number and text`. */
const typesIn = (summary: string): string =>
  [...summary.matchAll(/'([^']*)'/g)].map(([, type = '']) => article(celInWords(type))).join(' and ')

const article = (type: string): string => (/^(?:number|list|map)/.test(type) ? `a ${type}` : type)

/** CEL's message with our names for its types. */
export const celInWords = (summary: string): string =>
  summary
    .replace(/^Exceeded max.*/i, 'this expression is nested too deep or too large')
    .replace(/^no such overload: /, '')
    .replace(
      /^No such key: index out of bounds, index (-?\d+) >= size (\d+)$/,
      'the list has $2 entries, none at place $1 (counted from 0)',
    )
    .replace(
      /^No such key: index out of bounds, index (-?\d+) < 0$/,
      'the list has no entry at place $1 (counted from 0)',
    )
    .replace(/^No such key: (.*)$/, 'there is no `$1`')
    .replace(/^Unknown variable: (.*)$/, 'there is nothing called `$1`')
    .replace(/^(\w+)\(\) type error: cannot convert to \w+$/, 'this text cannot be read as a number')
    .replace(/^Cannot index type '(.*)'$/, '$1 has no entries')
    .replace(/^found no matching overload for '(.*)'$/, 'no function $1')
    .replaceAll('double', 'number')
    .replace(/\bu?int\b/g, 'number')
    .replace(/\bbool\b/g, 'true or false')
    .replace(/\bstring\b/g, 'text')
    .replace(/\bdyn(?:<(.*?)>)?(?![\w<])/g, (_, type?: string) => type ?? 'value')
    .replace(/\blist<number>/g, 'list of numbers')
    .replace(/\blist<.*?>/g, 'list')
    .replace(/\bmap<(.*?)>/g, 'map')
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())
