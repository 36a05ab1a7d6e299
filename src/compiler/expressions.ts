import { err, ok, type Result } from '../base/result.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { evaluateCel } from './expression/environment.ts'
import { celInWords } from './expression/explain-cel.ts'
import { plainValue } from './expression/plain-value.ts'
import { encodeName, rewrite } from './expression/rewrite.ts'
import { scopeOfValues } from './expression/scope.ts'
import { hasExpression, splitTemplate } from './expression/template.ts'
import type { Deferred } from './plan.ts'

/** Values of outputs by stage id and output name, as far as they are inline values. */
export type StageValues = Readonly<Record<string, Readonly<Record<string, Json>>>>

/**
 * The value of an expression that waited for other stages. `values` must hold every output in `deferred.needs`; an
 * output of type `metrics` is read as `stage.output.metric.mean` (also `.items`, `.unit`). Of a need that is a list,
 * `values` holds a list, in its order.
 * The error is one sentence.
 */
export function evaluateDeferred(deferred: Deferred, values: StageValues): Result<Json, string> {
  const stages: Record<string, JsonObject> = {}
  for (const { stage, output } of deferred.needs) {
    const value = values[stage]?.[output]
    if (value === undefined) return err(`${stage}.${output} has no value that \`${deferred.expression}\` could read`)
    const summary = Array.isArray(value) ? (value as readonly Json[]).map(summarizeMetrics) : summarizeMetrics(value)
    stages[stage] = { ...stages[stage], [output]: summary }
  }
  return evaluateTemplate(deferred.template ?? deferred.expression, {
    params: deferred.params ?? {},
    matrix: deferred.matrix ?? {},
    ...stages,
  })
}

/**
 * Fills in every `${…}` of a value. A text that is exactly one expression takes the expression's type; in a longer text
 * the results are joined. The error is one sentence that names the expression.
 */
export function evaluateTemplate(template: Json, values: JsonObject): Result<Json, string> {
  if (typeof template === 'string') return hasExpression(template) ? evaluateText(template, values) : ok(template)
  if (template === null || typeof template !== 'object') return ok(template)
  const results = Object.entries(template).map(([key, value]): [string, Result<Json, string>] => [
    key,
    evaluateTemplate(value, values),
  ])
  const members: [string, Json][] = []
  for (const [key, result] of results) {
    if (!result.ok) return result
    members.push([key, result.value])
  }
  return ok(Array.isArray(template) ? members.map(([, value]) => value) : Object.fromEntries(members))
}

function evaluateText(text: string, values: JsonObject): Result<Json, string> {
  const parts = splitTemplate(text)
  const joined: string[] = []
  for (const part of parts) {
    if (part.type === 'text') {
      joined.push(part.text)
      continue
    }
    const value = evaluateExpression(part.source, values)
    if (!value.ok) return err(`\`\${${part.source}}\` cannot be computed: ${value.error}`)
    if (parts.length === 1) return value
    joined.push(typeof value.value === 'string' ? value.value : JSON.stringify(value.value))
  }
  return ok(joined.join(''))
}

/** The value of one expression, without its braces. */
export function evaluateExpression(source: string, values: JsonObject): Result<Json, string> {
  try {
    return plainValue(evaluateCel(rewrite(source, scopeOfValues(values, 3)).cel, values))
  } catch (error) {
    return err(error instanceof Error ? celInWords(error.message.split('\n')[0] ?? error.message) : String(error))
  }
}

/**
 * Of a metrics value, the metrics by name, each with its `mean` beside the samples; any other value is as it is.
 * A name with a hyphen is there in both spellings, since CEL sees the encoded one.
 */
function summarizeMetrics(value: Json): Json {
  if (!isObject(value) || !isObject(value['metrics'])) return value
  const metrics = Object.entries(value['metrics']).flatMap(([name, samples]): [string, Json][] => {
    const summary = summarize(samples)
    return [
      [encodeName(name), summary],
      [name, summary],
    ]
  })
  return Object.fromEntries(metrics)
}

function summarize(samples: Json): Json {
  if (!isObject(samples) || !Array.isArray(samples['values'])) return samples
  const draws = (samples['values'] as readonly Json[]).flat().filter((draw) => typeof draw === 'number')
  return { ...samples, mean: draws.reduce((sum, draw) => sum + draw, 0) / draws.length }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
