import { digestOfBytes } from '../base/digest.ts'
import { deriveSeed } from '../stage/seed.ts'
import type { BoundPipeline, BoundStage, Policy } from './bound.ts'
import { Planner } from './plan-values.ts'
import type { Deferred, Plan, PlannedCommand, PlannedStage, PlannedValue } from './plan.ts'
import type { Source } from './source.ts'
import { topologicalOrder } from './topological-order.ts'

/** The plan of a pipeline that has no errors. `sources`: the pipeline's file and every other it uses. */
export function makePlan(
  pipeline: BoundPipeline,
  { source, sources }: { source: Source; sources: readonly Source[] },
): Plan {
  const { spec, params, seed } = pipeline
  const files = sources.filter(({ file }) => file !== source.file)
  return {
    version: 1,
    name: spec.name,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    file: source.file,
    source: digestOfBytes(source.text),
    seed,
    params,
    stages: topologicalOrder(planPipeline(pipeline, {})),
    ...(files.length === 0
      ? {}
      : { files: files.map(({ file, text }) => ({ file, source: digestOfBytes(text), text })) }),
  }
}

/** What a stage that is made of a file says for all stages of that file. */
interface Inherited extends Policy {
  readonly when?: PlannedValue
}

function planPipeline(pipeline: BoundPipeline, outer: Inherited): PlannedStage[] {
  const planner = new Planner(pipeline)
  return pipeline.stages.flatMap((stage) => {
    const when = both(outer.when, planner.condition(stage))
    const inherited: Inherited = { ...outer, ...stage.policy, ...(when === undefined ? {} : { when }) }
    if (stage.pipeline !== undefined) return planPipeline(stage.pipeline, inherited)
    return [planStage(stage, { pipeline, planner, inherited })]
  })
}

/** One of the two is known; that not both wait for outputs has been checked. */
function both(outer: PlannedValue | undefined, inner: PlannedValue | undefined): PlannedValue | undefined {
  if (outer === undefined || inner === undefined) return outer ?? inner
  if ('value' in outer) return outer
  return 'value' in inner ? inner : outer
}

function planStage(
  stage: BoundStage,
  { pipeline, planner, inherited }: { pipeline: BoundPipeline; planner: Planner; inherited: Inherited },
): PlannedStage {
  const own = stage.seed?.value.json
  const id = pipeline.prefix + stage.id
  const kind = planner.kindOf(stage)
  const { when } = inherited
  const command = planner.command(stage, stage.cell)
  const needs = planner.needs(stage, [
    ...(when === undefined || 'value' in when ? [] : [when]),
    ...valuesIn(command).filter((value): value is Deferred => !('value' in value)),
  ])
  return {
    id,
    use: kind.name,
    with: planner.withDefaults(stage),
    inputs: planner.inputs(stage),
    templates: planner.templates(stage, stage.cell),
    ...(kind.seeded ? { seed: deriveSeed(typeof own === 'number' ? own : pipeline.seed, id) } : {}),
    needs,
    span: stage.spec.span,
    ...inherited,
    ...(command === undefined ? {} : { command }),
    ...(stage.cell === undefined ? {} : { matrix: stage.cell }),
  }
}

const valuesIn = (command: PlannedCommand | undefined): PlannedValue[] =>
  command === undefined
    ? []
    : [...command.run.flatMap((part) => ('value' in part ? [part.value] : [])), ...Object.values(command.env)]
