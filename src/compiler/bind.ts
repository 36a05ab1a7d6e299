import { dirname } from 'node:path'
import type { JsonObject } from '../base/json.ts'
import type { BindContext, BindShared } from './bind-context.ts'
import { bindCommand, bindCommandInputs } from './bind-command.ts'
import { resolveOutput } from './bind-input.ts'
import { bindPolicy } from './bind-policy.ts'
import { bindUse } from './bind-use.ts'
import { bindValue, type ValueContext } from './bind-value.ts'
import { valuesOf, type BoundPipeline, type BoundStage, type BoundUse, type OutputTarget } from './bound.ts'
import { Cells, type Cell } from './cells.ts'
import { expandMatrix } from './expand-matrix.ts'
import type { PipelineFile } from './pipeline-file.ts'
import { matrixScope, pipelineScope } from './pipeline-scope.ts'
import { readSeed } from './read-seed.ts'
import { conditionIsBoolean } from './rules/conditions-are-boolean.ts'
import { mustBeKnown } from './rules/expressions-are-valid.ts'
import { twoConditions } from './rules/files-are-pipelines.ts'
import { gathersTooMuch, maxGathered, maxStages, tooManyStages } from './rules/matrix-is-valid.ts'
import { paramsAreSet } from './rules/params-are-set.ts'
import type { StageSpec } from './spec.ts'

/** Where a file stands in the whole. */
export interface Place {
  readonly prefix: string
  readonly params: JsonObject
  /** What seeds derive from, unless the file has a `seed` of its own. */
  readonly seed: number
  /** Whether the stage that this file makes up waits for an output to know whether it runs. */
  readonly isConditional?: boolean
}

/** Looks up every name of a file and computes its expressions. Reports what does not exist; gives up when full. */
export function bindPipeline(file: PipelineFile, place: Place, shared: BindShared): BoundPipeline | undefined {
  const { spec, kindOf } = file
  const { params, prefix } = place
  const scope = pipelineScope(spec, kindOf)
  const outside: ValueContext = { scope, params, report: shared.report }
  const context: BindContext = {
    ...shared,
    scope,
    params,
    kindOf,
    folder: dirname(file.source.file),
    stages: new Map(spec.stages.map((stage) => [stage.id, stage])),
    cells: new Map(
      spec.stages.flatMap((stage) => (hasMatrix(stage) ? [[stage.id, new Cells(expandMatrix(stage, outside))]] : [])),
    ),
  }
  const seed = readSeed(spec, { params, otherwise: place.seed }, shared.report)
  const stages: BoundStage[] = []
  for (const stage of spec.stages) {
    const bound = bindCells(stage, { file, place: { ...place, seed }, context })
    if (bound === undefined) return undefined
    stages.push(...bound)
  }
  const cells = new Map<string, BoundStage[]>(spec.stages.map(({ id }) => [id, []]))
  for (const stage of stages) cells.get(stage.spec.id)?.push(stage)
  const byId = new Map(stages.map((stage) => [stage.id, stage]))
  return { spec, prefix, params, seed, stages, cells, byId, outputs: bindOutputs(file, context) }
}

interface Around {
  readonly file: PipelineFile
  readonly place: Place
  readonly context: BindContext
}

/** The cells of a stage; one, where it has no matrix. A matrix that is wrong is bound once, to find what else is. */
function bindCells(stage: StageSpec, around: Around): BoundStage[] | undefined {
  const { context } = around
  const known = context.cells.get(stage.id)?.all ?? []
  const cells: readonly (Cell | undefined)[] = known.length === 0 ? [undefined] : known
  const scope = hasMatrix(stage) ? matrixScope(context.scope, known[0]?.values) : context.scope
  const bound: BoundStage[] = []
  for (const cell of cells) {
    if (context.isFull()) return undefined
    if (++context.counts.stages > maxStages) {
      context.report(tooManyStages(stage.span))
      return undefined
    }
    const inCell = { ...context, scope, ...(cell === undefined ? {} : { matrix: cell.values }) }
    const one = bindStage(stage, { ...around, context: inCell }, cell)
    if (one === undefined) return undefined
    bound.push(one)
  }
  return bound
}

function bindStage(spec: StageSpec, around: Around, cell: Cell | undefined): BoundStage | undefined {
  const { context, place } = around
  const isCommand = context.kindOf(spec)?.isCommand === true
  const use = { ...bindUse(spec, context), ...(isCommand ? { inputs: bindCommandInputs(spec, context) } : {}) }
  const when = spec.when === undefined ? undefined : bindValue(spec.when.value, context)
  if (when !== undefined && spec.when !== undefined) conditionIsBoolean(when, spec.when, context.report)
  if (place.isConditional === true && when?.holes.some(({ why }) => why === 'waits') === true)
    context.report(twoConditions(spec.id, spec.when?.value.span ?? spec.span))
  const id = cell?.id ?? spec.id
  const stage: BoundStage = {
    ...use,
    spec,
    id,
    policy: bindPolicy(spec, context),
    ...(when === undefined ? {} : { when }),
    ...(cell === undefined ? {} : { cell: cell.values }),
    ...(isCommand ? { command: bindCommand(use, context) } : {}),
  }
  if (readsTooMuch(stage, context)) return undefined
  const inner = around.file.files.get(spec.id)
  if (inner === undefined) return stage
  const isConditional = place.isConditional === true || (when?.holes.length ?? 0) > 0
  const pipeline = bindInner(
    inner,
    { use, place: { ...place, prefix: `${place.prefix}${id}/`, isConditional } },
    context,
  )
  return pipeline === undefined ? undefined : { ...stage, pipeline }
}

/** Counts the lists that expressions gather; those of inputs have been counted. */
function readsTooMuch(stage: BoundStage, context: BindContext): boolean {
  for (const { needs } of valuesOf(stage)) {
    for (const need of needs) {
      context.counts.gathered += context.cells.get(need.stage)?.all.length ?? 0
      if (context.counts.gathered <= maxGathered) continue
      context.report(gathersTooMuch(need.span))
      return true
    }
  }
  return context.counts.gathered > maxGathered
}

function bindInner(
  inner: PipelineFile,
  { use, place }: { use: BoundUse; place: Place },
  context: BindContext,
): BoundPipeline | undefined {
  const known = use.params.flatMap(({ name, value }) => (value.holes.length > 0 ? [] : [[name, value.json] as const]))
  const unknown = use.params.flatMap(({ name, value }) => (value.holes.length > 0 ? [name] : []))
  for (const { name, value, entry } of use.params)
    if (value.holes.some(({ why }) => why === 'waits')) context.report(mustBeKnown(`\`${name}\``, entry.value))
  const values = Object.fromEntries(known)
  // What was not set, or not rightly, has been told where the file is used.
  const declared = inner.spec.params.filter(({ name, default: fallback }) => fallback !== undefined || name in values)
  const set = declared.filter(({ name }) => !unknown.includes(name))
  const params = paramsAreSet({ ...inner.spec, params: set }, { values }, context.report)
  return bindPipeline(inner, { ...place, params }, context)
}

function bindOutputs({ spec }: PipelineFile, context: BindContext): Map<string, OutputTarget> {
  return new Map(
    spec.outputs.flatMap((entry) => {
      const target = resolveOutput(entry, context)
      return target === undefined ? [] : [[entry.key, target]]
    }),
  )
}

const hasMatrix = (stage: StageSpec): stage is StageSpec & { readonly matrix: NonNullable<StageSpec['matrix']> } =>
  stage.matrix !== undefined
