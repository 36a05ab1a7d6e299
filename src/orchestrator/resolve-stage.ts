import type { InputRef, PlannedStage, PlannedTemplate } from '../compiler/plan.ts'
import { digestOfJson } from '../base/digest.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { ArtifactList, ArtifactRef } from '../stage/artifact.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import { StageError } from '../stage/stage-context.ts'
import { deriveSeed } from '../stage/seed.ts'
import type { Template } from '../stage/stage-kind.ts'
import { checkParams } from './check-params.ts'
import type { Failure } from './failure.ts'
import { failureOfError } from './failure-of-error.ts'
import type { PathArtifacts } from './path-artifacts.ts'
import type { ReadyStage, Templates } from './ready-stage.ts'
import type { RunPolicy } from './run-policy.ts'
import { artifactsOf, resolveCommand, resolveValues, type Results } from './resolve-values.ts'
import { isTemplate } from './stage-key.ts'

export interface ResolveParts extends Results {
  readonly catalog: StageCatalog
  readonly paths: PathArtifacts
  /** The pipeline's seed. */
  readonly seed: number
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
  const { id, use, span, command } = planned
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
    ...(command === undefined ? {} : { command: resolveCommand(command, parts) }),
    ...policyOf(planned),
  })
}

function policyOf({ retry, timeout, resources }: PlannedStage): { policy?: RunPolicy } {
  if (retry === undefined && timeout === undefined && resources === undefined) return {}
  return {
    policy: {
      ...(retry === undefined ? {} : { retry }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(resources === undefined ? {} : { resources }),
    },
  }
}

async function resolveInputs(
  inputs: Readonly<Record<string, InputRef>>,
  parts: ResolveParts,
): Promise<Record<string, ArtifactRef | ArtifactList>> {
  const resolved: Record<string, ArtifactRef | ArtifactList> = {}
  for (const [port, input] of Object.entries(inputs)) {
    const artifact = await resolveInput(port, input, parts)
    if (artifact !== undefined) resolved[port] = artifact
  }
  return resolved
}

/** Undefined where what would stand there was skipped on purpose. */
async function resolveInput(
  port: string,
  input: InputRef,
  parts: ResolveParts,
): Promise<ArtifactRef | ArtifactList | undefined> {
  if ('list' in input) return listOf(artifactsOf(input.list, parts))
  if (!('path' in input)) return artifactsOf([input], parts)[0]
  try {
    return await parts.paths.describe(input.path)
  } catch (error) {
    if (error instanceof StageError) throw error
    throw new StageError(`cannot read input ${port}: ${(error as Error).message}`)
  }
}

function listOf(items: readonly ArtifactRef[]): ArtifactList | undefined {
  const [first] = items
  if (first === undefined) return undefined
  return { type: first.type, digest: digestOfJson(items.map(({ type, digest }) => ({ type, digest }))), items }
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

async function resolveTemplate(template: PlannedTemplate, parts: ResolveParts): Promise<Template> {
  const { then } = template
  const others: Template[] = []
  for (const one of then ?? []) others.push(await resolveTemplate(one, parts))
  const inputs: Record<string, ArtifactRef> = {}
  for (const [port, artifact] of Object.entries(await resolveInputs(template.inputs, parts))) {
    if ('items' in artifact) throw new StageError(`the template of ${template.use} cannot take a list at ${port}`)
    inputs[port] = artifact
  }
  return {
    use: template.use,
    with: resolveValues(template.with, parts),
    inputs,
    ...(template.templates === undefined ? {} : { templates: await resolveTemplates(template.templates, parts) }),
    ...(then === undefined ? {} : { then: others }),
    ...(template.command === undefined ? {} : { command: resolveCommand(template.command, parts) }),
    ...(template.dose === undefined ? {} : { dose: template.dose }),
  }
}
