import { evaluateDeferred } from '../compiler/expressions.ts'
import type { InputRef, PlannedStage, PlannedTemplate, PlannedValue } from '../compiler/plan.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { ArtifactRef } from '../stage/artifact.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import { StageError } from '../stage/stage-context.ts'
import { deriveSeed } from '../stage/seed.ts'
import type { Template } from '../stage/stage-kind.ts'
import { checkParams } from './check-params.ts'
import type { Outputs } from './event.ts'
import type { Failure } from './failure.ts'
import { failureOfError } from './failure-of-error.ts'
import type { PathArtifacts } from './path-artifacts.ts'
import type { ReadyStage, Templates } from './ready-stage.ts'
import { isTemplate } from './stage-key.ts'

export interface ResolveParts {
  readonly catalog: StageCatalog
  readonly paths: PathArtifacts
  /** The pipeline's seed. */
  readonly seed: number
  /** Outputs of finished stages by id. */
  readonly finished: ReadonlyMap<string, Outputs>
}

/** A planned stage whose needs are done, with its expressions computed and its inputs found. */
export async function resolveStage(planned: PlannedStage, parts: ResolveParts): Promise<Result<ReadyStage, Failure>> {
  try {
    return await resolve(planned, parts)
  } catch (error) {
    return err(failureOfError(error, 'internal'))
  }
}

async function resolve(planned: PlannedStage, parts: ResolveParts): Promise<Result<ReadyStage, Failure>> {
  const { id, use, span } = planned
  const kind = parts.catalog.get(use)
  if (kind === undefined)
    return err({ reason: 'internal', message: `the plan names a kind ${use}, which does not exist` })
  const values = resolveValues(planned.with, parts)
  const computed = Object.values(planned.with).some((value) => 'expression' in value)
  const checked = computed ? checkParams(kind, values) : ok(values)
  if (!checked.ok) {
    const where = `${span.file}:${span.line}:${span.column}`
    return err({
      reason: 'stage-threw',
      message: `${where}: once computed, the parameters do not fit kind ${use}: ${checked.error}`,
    })
  }
  const seed = planned.seed ?? deriveSeed(parts.seed, id)
  return ok({
    id,
    kind,
    with: checked.value,
    seed,
    seedBase: planned.seed ?? parts.seed,
    inputs: await resolveInputs(planned.inputs, parts),
    templates: await resolveTemplates(planned.templates, parts),
  })
}

const resolveValues = (values: Readonly<Record<string, PlannedValue>>, parts: ResolveParts): JsonObject =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, resolveValue(value, parts)]))

function resolveValue(value: PlannedValue, { finished }: ResolveParts): Json {
  if ('value' in value) return value.value
  const values: Record<string, Record<string, Json>> = {}
  for (const { stage, output } of value.needs) {
    const artifact = finished.get(stage)?.[output]
    if (artifact === undefined) throw new Error(`stage ${stage} has no output ${output}`)
    if ('value' in artifact) values[stage] = { ...values[stage], [output]: artifact.value }
  }
  const computed = evaluateDeferred(value, values)
  if (!computed.ok) throw new StageError(computed.error)
  return computed.value
}

async function resolveInputs(
  inputs: Readonly<Record<string, InputRef>>,
  parts: ResolveParts,
): Promise<Record<string, ArtifactRef>> {
  const resolved: Record<string, ArtifactRef> = {}
  for (const [port, input] of Object.entries(inputs)) resolved[port] = await resolveInput(port, input, parts)
  return resolved
}

async function resolveInput(port: string, input: InputRef, { finished, paths }: ResolveParts): Promise<ArtifactRef> {
  if ('path' in input) {
    try {
      return await paths.describe(input.path)
    } catch (error) {
      if (error instanceof StageError) throw error
      throw new StageError(`cannot read input ${port}: ${(error as Error).message}`)
    }
  }
  const artifact = finished.get(input.stage)?.[input.output]
  if (artifact === undefined) throw new Error(`stage ${input.stage} has no output ${input.output}`)
  return artifact
}

async function resolveTemplates(templates: PlannedStage['templates'], parts: ResolveParts): Promise<Templates> {
  const resolved: Record<string, Templates[string]> = {}
  for (const [port, template] of Object.entries(templates)) {
    if (isTemplate(template)) {
      resolved[port] = await resolveTemplate(template, parts)
      continue
    }
    const named: Record<string, Template> = {}
    for (const [name, one] of Object.entries(template)) named[name] = await resolveTemplate(one, parts)
    resolved[port] = named
  }
  return resolved
}

const resolveTemplate = async (template: PlannedTemplate, parts: ResolveParts): Promise<Template> => ({
  use: template.use,
  with: resolveValues(template.with, parts),
  inputs: await resolveInputs(template.inputs, parts),
})
