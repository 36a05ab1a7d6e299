import type { Json, JsonObject } from '../base/json.ts'
import type { BoundValue, Hole, HoleType, Need } from './bound.ts'
import { analyze, type Analysis } from './expression/analyze.ts'
import type { DottedName } from './expression/rewrite.ts'
import type { Scope } from './expression/scope.ts'
import { hasExpression, splitTemplate, type ExpressionPart, type TemplatePart } from './expression/template.ts'
import { evaluateTemplate } from './expressions.ts'
import { spanInside, type ScalarNode, type YamlNode } from './node.ts'
import type { Report } from './report.ts'
import { invalidExpression, noValue, unclosed } from './rules/expressions-are-valid.ts'

export interface ValueContext {
  readonly scope: Scope
  /** Values of the pipeline's parameters; one whose value is wrong is absent. */
  readonly params: JsonObject
  /** Values of the matrix variables, in a cell of a matrix. */
  readonly matrix?: JsonObject
  readonly report: Report
}

/** Cells of a matrix hold the same expressions in the same scope. */
const analyses = new WeakMap<Scope, Map<string, Analysis>>()

function analyzeOnce(source: string, scope: Scope): Analysis {
  const known = analyses.get(scope) ?? new Map<string, Analysis>()
  analyses.set(scope, known)
  const analysis = known.get(source) ?? analyze(source, scope)
  known.set(source, analysis)
  return analysis
}

/** Computes what parameters reach; what waits for a stage becomes a hole with a type. Reports wrong expressions. */
export function bindValue(node: YamlNode, context: ValueContext, pointer = ''): BoundValue {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && hasExpression(node.value)
        ? bindText(node, node.value, { context, pointer })
        : plain(node.value)
    case 'list': {
      const items = node.items.map((item, index) => bindValue(item, context, `${pointer}/${String(index)}`))
      return merge(
        items,
        items.map(({ json }) => json),
        items.map(({ template }) => template),
      )
    }
    case 'map': {
      const values = node.entries.map(({ key, value }) => ({
        key,
        bound: bindValue(value, context, `${pointer}/${escapePointer(key)}`),
      }))
      const json = Object.fromEntries(values.map(({ key, bound }) => [key, bound.json]))
      return merge(
        values.map(({ bound }) => bound),
        json,
        Object.fromEntries(values.map(({ key, bound }) => [key, bound.template])),
      )
    }
  }
}

/** A key as a JSON pointer has it. */
export const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

const plain = (json: Json): BoundValue => ({
  json,
  template: json,
  holes: [],
  needs: [],
  params: new Set(),
  readsMatrix: false,
})

function merge(parts: readonly BoundValue[], json: Json, template: Json): BoundValue {
  return {
    json,
    template,
    holes: parts.flatMap(({ holes }) => holes),
    needs: parts.flatMap(({ needs }) => needs),
    params: new Set(parts.flatMap(({ params }) => [...params])),
    readsMatrix: parts.some(({ readsMatrix }) => readsMatrix),
  }
}

function bindText(node: ScalarNode, text: string, at: { context: ValueContext; pointer: string }): BoundValue {
  const { context, pointer } = at
  const parts = splitTemplate(text)
  const expressions = parts.filter((part) => part.type === 'expression')
  const found = expressions.map((part) => bindExpression(part, node, context))
  const params = new Set(found.flatMap((one) => one.params))
  const needs = found.flatMap((one) => one.needs)
  const readsMatrix = found.some((one) => one.readsMatrix)
  const hole = (why: Hole['why']): BoundValue => {
    const type = parts.length === 1 ? (found[0]?.type ?? 'string') : 'string'
    return {
      json: placeholders[type],
      template: text,
      holes: [{ pointer, type, node, why }],
      needs,
      params,
      readsMatrix,
    }
  }
  const areKnown = [...params].every((name) => Object.hasOwn(context.params, name))
  if (found.some(({ isValid }) => !isValid) || !areKnown) return hole('unknown')
  // The matrix itself is wrong.
  if (readsMatrix && context.matrix === undefined) return hole('unknown')
  if (needs.length > 0) return hole('waits')
  const value = evaluateTemplate(text, { params: context.params, matrix: context.matrix ?? {} })
  if (value.ok) return { json: value.value, template: value.value, holes: [], needs, params, readsMatrix }
  context.report(noValue(value.error, node, expressions[0] as TemplatePart))
  return hole('unknown')
}

interface BoundExpression {
  readonly isValid: boolean
  readonly type: HoleType
  readonly needs: readonly Need[]
  readonly params: readonly string[]
  readonly readsMatrix: boolean
}

function bindExpression(part: ExpressionPart, node: ScalarNode, { scope, report }: ValueContext): BoundExpression {
  const invalid: BoundExpression = { isValid: false, type: 'any', needs: [], params: [], readsMatrix: false }
  if (!part.closed) {
    report(unclosed(node, part.start))
    return invalid
  }
  const analysis = analyzeOnce(part.source, scope)
  if (!analysis.ok) {
    for (const problem of analysis.problems)
      if (problem.isTold !== true) report(invalidExpression(problem, node, part.sourceStart))
    return invalid
  }
  const read = analysis.names.map(({ segments }: DottedName) => segments)
  return {
    isValid: true,
    type: holeType(analysis.type),
    readsMatrix: read.some(([head]) => head?.name === 'matrix'),
    params: read.flatMap(([head, field]) => (head?.name === 'params' && field !== undefined ? [field.name] : [])),
    needs: read.flatMap(([head, output]) => {
      if (head === undefined || output === undefined || head.name === 'params' || head.name === 'matrix') return []
      const span = spanInside(node, part.sourceStart + head.start, output.end - head.start)
      return [{ stage: head.name, output: output.name, span }]
    }),
  }
}

function holeType(cel: string): HoleType {
  if (['double', 'int', 'uint'].includes(cel)) return 'number'
  if (cel === 'string') return 'string'
  if (cel === 'bool') return 'boolean'
  if (cel.startsWith('list')) return 'list'
  return cel.startsWith('map') ? 'map' : 'any'
}

const placeholders: Readonly<Record<HoleType, Json>> = {
  number: 1,
  string: '',
  boolean: true,
  list: [],
  map: {},
  any: null,
}
