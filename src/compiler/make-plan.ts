import { digestOfBytes } from '../base/digest.ts'
import { invariant } from '../base/invariant.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { deriveSeed } from '../stage/seed.ts'
import { needsOf, type BoundParam, type BoundStage, type BoundTemplates, type BoundUse } from './bound.ts'
import { topologicalOrder } from './topological-order.ts'
import type { InputRef, Plan, PlannedStage, PlannedTemplate, PlannedValue } from './plan.ts'
import type { Source } from './source.ts'
import type { PipelineSpec } from './spec.ts'
import { validateParams } from './validate-params.ts'

/** The plan of a pipeline that has no errors. */
export function makePlan(
  spec: PipelineSpec,
  stages: readonly BoundStage[],
  given: { source: Source; params: JsonObject; seed: number },
): Plan {
  const planned = stages.map((stage) => planStage(stage, given))
  return {
    version: 1,
    name: spec.name,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    file: given.source.file,
    source: digestOfBytes(given.source.text),
    seed: given.seed,
    params: given.params,
    stages: topologicalOrder(planned),
  }
}

function planStage(stage: BoundStage, { seed, params }: { seed: number; params: JsonObject }): PlannedStage {
  const own = stage.seed?.value.json
  return {
    id: stage.spec.id,
    use: kindOf(stage).name,
    with: withDefaults(stage, params),
    inputs: inputsOf(stage),
    templates: Object.fromEntries(stage.templates.map((port) => [port.name, planTemplates(port, params)])),
    ...(kindOf(stage).seeded ? { seed: deriveSeed(typeof own === 'number' ? own : seed, stage.spec.id) } : {}),
    needs: [...new Set(needsOf(stage).map((need) => need.stage))],
    span: stage.spec.span,
  }
}

function planTemplates(port: BoundTemplates, params: JsonObject): PlannedStage['templates'][string] {
  const planned = port.uses.map(({ name, use }): [string, PlannedTemplate] => {
    const values = [...use.params, ...(use.seed === undefined ? [] : [use.seed])]
    return [
      name,
      {
        use: kindOf(use).name,
        with: Object.fromEntries(values.map((param) => [param.name, planValue(param, params)])),
        inputs: inputsOf(use),
      },
    ]
  })
  invariant(
    port.uses.every(({ use }) => use.templates.length === 0),
    'a template holds templates, which plans have no place for',
  )
  const [first] = planned
  if (port.port.arity === 'map') return Object.fromEntries(planned)
  invariant(first, `the template ${port.name} has no kind`)
  return first[1]
}

/** Known values get the schema's defaults beside them; a value that waits takes the place of its placeholder. */
function withDefaults(use: BoundUse, params: JsonObject): Record<string, PlannedValue> {
  const json = Object.fromEntries(use.params.map((param) => [param.name, param.value.json]))
  const { value } = validateParams(kindOf(use).params, json)
  const known = Object.entries(value).map(([name, one]): [string, PlannedValue] => [name, { value: one }])
  const waiting = use.params.flatMap((param): [string, PlannedValue][] =>
    param.value.holes.length > 0 ? [[param.name, planValue(param, params)]] : [],
  )
  return Object.fromEntries([...known, ...waiting])
}

function planValue({ value }: BoundParam, params: JsonObject): PlannedValue {
  if (value.holes.length === 0) return { value: value.json }
  const read = [...value.params].map((name): [string, Json] => [name, params[name] ?? null])
  const needs = new Map(value.needs.map(({ stage, output }) => [`${stage}.${output}`, { stage, output }]))
  const isText = typeof value.template === 'string'
  return {
    expression: typeof value.template === 'string' ? value.template : JSON.stringify(value.template),
    ...(isText ? {} : { template: value.template }),
    ...(read.length === 0 ? {} : { params: Object.fromEntries(read) }),
    needs: [...needs.values()],
  }
}

const inputsOf = (use: BoundUse): Record<string, InputRef> =>
  Object.fromEntries(
    use.inputs.map(({ name, target }): [string, InputRef] => {
      invariant(target, `the input ${name} is not resolved`)
      return [name, target.kind === 'path' ? { path: target.path } : { stage: target.stage, output: target.output }]
    }),
  )

function kindOf({ kind }: BoundUse): NonNullable<BoundUse['kind']> {
  invariant(kind, 'a stage without a kind is planned')
  return kind
}
