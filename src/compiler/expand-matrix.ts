import { didYouMean } from '../base/did-you-mean.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { cellName } from './cell-name.ts'
import type { Cell } from './cells.ts'
import { bindValue, type ValueContext } from './bind-value.ts'
import { describe, type MapEntry, type YamlNode } from './node.ts'
import { asMap } from './read-map.ts'
import { suggest, type Report } from './report.ts'
import { idIsValid } from './rules/ids-are-valid.ts'
import { excludesNothing, maxCells, tooManyCells, wrongMatrix } from './rules/matrix-is-valid.ts'
import type { StageSpec } from './spec.ts'

type Plain = string | number | boolean

/** The cells of a stage's matrix, the first variable outermost; then those of `include`. Reports what is wrong. */
export function expandMatrix(spec: StageSpec & { readonly matrix: MapEntry }, context: ValueContext): Cell[] {
  const { report } = context
  const map = asMap(spec.matrix.value, { what: '`matrix`', help: 'write `matrix: { name: [value, value] }`' }, report)
  if (map === undefined) return []
  const entries = map.entries.filter(({ key }) => key !== 'include' && key !== 'exclude')
  const variables = entries.flatMap((entry) => readVariable(entry, context) ?? [])
  const count = variables.reduce((product, { values }) => product * values.length, variables.length === 0 ? 0 : 1)
  if (count > maxCells) {
    report(tooManyCells(spec.id, count, spec.matrix.keySpan))
    return []
  }
  if (variables.length < entries.length) return []
  const names = variables.map(({ name }) => name)
  const lists = new Lists(map.entries, { names, context })
  const kept = product(variables).filter((cell) => !lists.excludes(cell))
  lists.reportUnmatched()
  const cells = [...kept, ...lists.included()]
  if (cells.length === 0 && !lists.hasErrors)
    report(
      wrongMatrix(
        `the matrix of \`${spec.id}\` has no cells`,
        spec.matrix.keySpan,
        count === 0 ? 'give a variable a value' : 'its `exclude` leaves none',
      ),
    )
  if (cells.length > maxCells) report(tooManyCells(spec.id, cells.length, spec.matrix.keySpan))
  return haveOneType(cells, spec.matrix, report) ? distinct(cells, spec, report) : []
}

interface Variable {
  readonly name: string
  readonly values: readonly Plain[]
}

function readVariable(entry: MapEntry, context: ValueContext): Variable | undefined {
  const { key: name, value: node } = entry
  const id = idIsValid(entry, 'a matrix variable')
  if (id !== undefined) context.report(id)
  const { json, holes } = bindValue(node, context)
  if (holes.length > 0) {
    if (holes.some(({ why }) => why === 'waits'))
      context.report(wrongMatrix(`\`${name}\` must be known before anything runs`, node.span, 'use parameters alone'))
    return undefined
  }
  if (!Array.isArray(json) || json.length === 0) {
    const is = Array.isArray(json) ? 'an empty list' : describe(node)
    context.report(
      wrongMatrix(
        `the matrix variable \`${name}\` must be a list of values, but this is ${is}`,
        node.span,
        `write \`${name}: [value, value]\``,
      ),
    )
    return undefined
  }
  const items: readonly Json[] = json
  const wrong = items.findIndex((item) => !isPlain(item))
  if (wrong === -1 && id === undefined) return { name, values: items.filter(isPlain) }
  if (wrong !== -1) {
    const at = node.kind === 'list' ? (node.items[wrong] ?? node) : node
    context.report(
      notPlain(name, at, Array.isArray(items[wrong]) ? 'a list' : items[wrong] === null ? 'nothing' : 'a map'),
    )
  }
  return undefined
}

const isPlain = (value: Json): value is Plain => ['string', 'number', 'boolean'].includes(typeof value)
const notPlain = (name: string, node: YamlNode, is = describe(node)): ReturnType<typeof wrongMatrix> =>
  wrongMatrix(
    `a value of \`${name}\` must be a number, text, true or false, but this is ${is}`,
    node.span,
    'the values are part of the names of the stages',
  )

const product = (variables: readonly Variable[]): JsonObject[] =>
  variables.length === 0
    ? []
    : variables.reduce<JsonObject[]>(
        (cells, { name, values }) => cells.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value }))),
        [{}],
      )

/** `include` and `exclude`: lists of maps from variables to values. */
class Lists {
  readonly #exclude: readonly Row[]
  readonly #include: readonly Row[]
  readonly #matched = new Set<Row>()
  readonly #report: Report
  #errors = 0
  constructor(entries: readonly MapEntry[], { names, context }: { names: readonly string[]; context: ValueContext }) {
    this.#report = (diagnostic) => {
      this.#errors++
      context.report(diagnostic)
    }
    const rows = (key: string, all: readonly string[], isWhole: boolean): Row[] => {
      const entry = entries.find((one) => one.key === key)
      return entry === undefined
        ? []
        : readRows(entry, { names: all, isWhole, context: { ...context, report: this.#report } })
    }
    this.#exclude = rows('exclude', names, false)
    const first = entries.find(({ key }) => key === 'include')?.value
    const [head] = first?.kind === 'list' ? first.items : []
    // With no lists at all, the first cell that is included says what the variables are.
    const all = names.length > 0 || head?.kind !== 'map' ? names : head.entries.map(({ key }) => key)
    this.#include = rows('include', all, true)
  }

  get hasErrors(): boolean {
    return this.#errors > 0
  }

  excludes(cell: JsonObject): boolean {
    const rows = this.#exclude.filter(({ values }) =>
      Object.entries(values).every(([name, value]) => cell[name] === value),
    )
    for (const row of rows) this.#matched.add(row)
    return rows.length > 0
  }

  reportUnmatched(): void {
    for (const row of this.#exclude) if (!this.#matched.has(row)) this.#report(excludesNothing(row.node.span))
  }

  included(): JsonObject[] {
    return this.#include.map(({ values }) => values)
  }
}

interface Row {
  readonly values: JsonObject
  readonly node: YamlNode
}

function readRows(
  { key, value }: MapEntry,
  { names, isWhole, context }: { names: readonly string[]; isWhole: boolean; context: ValueContext },
): Row[] {
  const { report } = context
  const form = `write \`${key}: [{ ${names.map((name) => `${name}: value`).join(', ')} }]\``
  if (value.kind !== 'list') {
    report(wrongMatrix(`\`${key}\` must be a list of cells, but this is ${describe(value)}`, value.span, form))
    return []
  }
  return value.items.flatMap((node): Row[] => {
    const map = asMap(node, { what: `a cell of \`${key}\``, help: form }, report)
    if (map === undefined) return []
    const unknown = map.entries.filter((entry) => !names.includes(entry.key))
    for (const entry of unknown) {
      const help = suggest(didYouMean(entry.key, names), names, 'variables')
      report(wrongMatrix(`the matrix has no variable \`${entry.key}\``, entry.keySpan, help))
    }
    const missing = names.filter((name) => !map.entries.some((entry) => entry.key === name))
    if (isWhole && missing.length > 0 && unknown.length === 0)
      report(wrongMatrix(`this cell has no value of \`${missing.join('`, `')}\``, node.span, form))
    const { json, holes } = bindValue(map, context)
    const odd = map.entries.find((entry) => !isPlain((json as JsonObject)[entry.key] ?? null))
    if (odd !== undefined) report(notPlain(odd.key, odd.value))
    const isRight = unknown.length === 0 && odd === undefined && holes.length === 0 && !(isWhole && missing.length > 0)
    const inOrder = names.flatMap((name) => (name in (json as JsonObject) ? [[name, (json as JsonObject)[name]]] : []))
    return isRight ? [{ values: Object.fromEntries(inOrder) as JsonObject, node }] : []
  })
}

function haveOneType(cells: readonly JsonObject[], { value, keySpan }: MapEntry, report: Report): boolean {
  const [first = {}] = cells
  const mixed = Object.keys(first).filter((name) => cells.some((cell) => typeof cell[name] !== typeof first[name]))
  for (const name of mixed) {
    const node = value.kind === 'map' ? value.entries.find(({ key }) => key === name)?.value : undefined
    const types = [...new Set(cells.map((cell) => (typeof cell[name] === 'string' ? 'text' : typeof cell[name])))]
    report(
      wrongMatrix(
        `the values of \`${name}\` must have one type, but they are ${types.join(' and ')}`,
        node?.span ?? keySpan,
        'put quotes around all of them or around none',
      ),
    )
  }
  return mixed.length === 0
}

function distinct(
  cells: readonly JsonObject[],
  spec: StageSpec & { readonly matrix: MapEntry },
  report: Report,
): Cell[] {
  const seen = new Map<string, Cell>()
  for (const values of cells) {
    const id = `${spec.id}@${cellName(values)}`
    if (seen.has(id))
      report(wrongMatrix(`the cell \`${id}\` is there twice`, spec.matrix.keySpan, 'take the repeated value away'))
    else seen.set(id, { id, values })
  }
  return [...seen.values()]
}
