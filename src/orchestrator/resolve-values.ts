import type { Json, JsonObject } from '../base/json.ts'
import { evaluateDeferred } from '../compiler/expressions.ts'
import type {
  Deferred,
  ExpressionNeed,
  OutputRef,
  PlannedCommand,
  PlannedStage,
  PlannedValue,
} from '../compiler/plan.ts'
import type { ArtifactRef } from '../stage/artifact.ts'
import type { CommandLine, CommandWord } from '../stage/command-line.ts'
import { StageError } from '../stage/stage-context.ts'
import type { Outputs } from './event.ts'

/** Outputs of finished stages by id, and which stages were skipped on purpose. */
export interface Results {
  readonly finished: ReadonlyMap<string, Outputs>
  readonly unwanted?: ReadonlySet<string>
}

export const resolveValues = (values: Readonly<Record<string, PlannedValue>>, results: Results): JsonObject =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, resolveValue(value, results)]))

/** A planned value once what it needs is done. Throws StageError where it cannot be computed. */
export function resolveValue(value: PlannedValue, results: Results): Json {
  if ('value' in value) return value.value
  const computed = evaluateDeferred(value, valuesFor(value, results))
  if (!computed.ok) throw new StageError(computed.error)
  return computed.value
}

/** Whether a stage runs at all. Throws StageError where `when` is no boolean or cannot be computed. */
export function isWanted({ when }: PlannedStage, results: Results): boolean {
  if (when === undefined) return true
  const value = resolveValue(when, results)
  if (typeof value !== 'boolean')
    throw new StageError(`\`when\` must be true or false, but is ${JSON.stringify(value)}`)
  return value
}

export function resolveCommand({ run, outputs, env }: PlannedCommand, results: Results): CommandLine {
  return {
    run: run.map((part): CommandWord =>
      'value' in part ? { value: asText(resolveValue(part.value, results)) } : part,
    ),
    outputs,
    env: Object.fromEntries(
      Object.entries(env).map(([name, value]): [string, string] => [name, asText(resolveValue(value, results))]),
    ),
  }
}

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** The outputs that a reference means, in order; those of stages that were skipped on purpose are left out. */
export function artifactsOf(refs: readonly OutputRef[], { finished, unwanted }: Results): ArtifactRef[] {
  return refs.flatMap(({ stage, output }) => {
    if (unwanted?.has(stage) === true) return []
    const artifact = finished.get(stage)?.[output]
    if (artifact === undefined) throw new Error(`stage ${stage} has no output ${output}`)
    return [artifact]
  })
}

function valuesFor({ needs }: Deferred, results: Results): Record<string, Record<string, Json>> {
  const values: Record<string, Record<string, Json>> = {}
  for (const need of needs) {
    const value = valueOf(need, results)
    if (value !== undefined) values[need.stage] = { ...values[need.stage], [need.output]: value }
  }
  return values
}

/** Undefined for an output made of files: the expression then says that it has no value. */
function valueOf(need: ExpressionNeed, results: Results): Json | undefined {
  const from = need.from ?? { stage: need.stage, output: need.output }
  if ('list' in from) {
    const items = artifactsOf(from.list, results)
    return items.flatMap((item) => ('value' in item ? [item.value] : []))
  }
  const [artifact] = artifactsOf([from], results)
  return artifact !== undefined && 'value' in artifact ? artifact.value : undefined
}
