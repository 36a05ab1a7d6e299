import { canonicalJson } from '../base/canonical-json.ts'
import type { JsonObject } from '../base/json.ts'
import type { SearchView } from '../stage/search-view.ts'
import type { ChildResult, ChildStage, Growth, GrowingKind } from '../stage/stage-kind.ts'
import type { Outputs } from './event.ts'
import type { Failure } from './failure.ts'
import { failureOfError } from './failure-of-error.ts'
import { valueMisfit } from './publish-outputs.ts'
import { isDone, type ReadyStage, type StageOutcome } from './ready-stage.ts'
import { valueArtifact } from './value-artifact.ts'

/** What growth needs of whoever drives it: a run performs children, an explanation only looks them up. */
export interface GrowthHost {
  /** Makes a child ready (checked, seeded) and performs it; a child that does not fit its kind is a failure. */
  perform(child: ChildStage, parent: ReadyStage): Promise<StageOutcome>
  viewed(view: SearchView): void
}

export type Grown =
  | { readonly ok: true; readonly outputs: Outputs; readonly cached: boolean; readonly seconds: number }
  | { readonly ok: false; readonly failure: Failure }

/** State of one growth: what was asked for, what is still under way, what came back. */
interface Sprouts {
  readonly underWay: Map<string, Promise<void>>
  readonly outcomes: Map<string, StageOutcome>
}

/**
 * Calls `grow` again and again with the results so far, performs the children it wants, and ends when it gives outputs
 * and nothing is under way. Nothing is kept between runs: the store answers for finished children, so a resumed search
 * takes the same path.
 */
export async function grow(stage: ReadyStage, host: GrowthHost): Promise<Grown> {
  const kind = stage.kind as unknown as GrowingKind
  const sprouts: Sprouts = { underWay: new Map(), outcomes: new Map() }
  let shown = ''
  try {
    for (;;) {
      const growth = kind.grow({
        with: stage.with,
        // No port of a growing kind takes many.
        inputs: stage.inputs as Outputs,
        templates: stage.templates,
        results: resultsOf(sprouts),
        stage: stage.id,
      })
      const view = growth.view === undefined ? '' : canonicalJson(growth.view as unknown as JsonObject)
      if (growth.view !== undefined && view !== shown) host.viewed(growth.view)
      shown = view
      const failed = failedChild(sprouts)
      if (failed === undefined) startNew(growth, { stage, host, sprouts })
      if (sprouts.underWay.size > 0) {
        await Promise.race(sprouts.underWay.values())
        continue
      }
      if (failed !== undefined) return { ok: false, failure: childFailure(stage.id, failed) }
      return finish(stage, growth, sprouts)
    }
  } catch (error) {
    await Promise.all(sprouts.underWay.values())
    return { ok: false, failure: failureOfError(error, 'internal') }
  }
}

function startNew(
  growth: Growth,
  { stage, host, sprouts }: { stage: ReadyStage; host: GrowthHost; sprouts: Sprouts },
): void {
  for (const child of growth.stages) {
    if (sprouts.underWay.has(child.name) || sprouts.outcomes.has(child.name)) continue
    const done = host.perform(child, stage).then((outcome) => {
      sprouts.underWay.delete(child.name)
      sprouts.outcomes.set(child.name, outcome)
    })
    sprouts.underWay.set(child.name, done)
  }
}

function resultsOf({ outcomes }: Sprouts): Record<string, ChildResult> {
  return Object.fromEntries(
    [...outcomes].flatMap(([name, outcome]) => (isDone(outcome) ? [[name, { outputs: outcome.outputs }]] : [])),
  )
}

const failedChild = ({ outcomes }: Sprouts): readonly [string, StageOutcome] | undefined =>
  [...outcomes].find(([, outcome]) => !isDone(outcome))

function childFailure(stage: string, [name, outcome]: readonly [string, StageOutcome]): Failure {
  if (outcome.status === 'failed' && outcome.failure.reason === 'cancelled')
    return { reason: 'cancelled', message: `stopped with ${stage}/${name}` }
  return {
    reason: 'stage-threw',
    message: `its stage ${stage}/${name} ${outcome.status === 'skipped' ? 'was not run' : 'failed'}`,
  }
}

function finish(stage: ReadyStage, growth: Growth, { outcomes }: Sprouts): Grown {
  if (growth.outputs === undefined)
    throw new Error(`kind ${stage.kind.name} wants no further stage and gives no outputs`)
  const outputs: Record<string, Outputs[string]> = {}
  for (const [name, { type }] of Object.entries(stage.kind.outputs)) {
    const output = growth.outputs[name]
    if (output === undefined) throw new Error(`kind ${stage.kind.name} gave no output ${name}`)
    const wrong = 'digest' in output ? undefined : valueMisfit(type, output.value)
    if (wrong !== undefined) throw new Error(`output ${name} of kind ${stage.kind.name} ${wrong}`)
    outputs[name] = 'digest' in output ? output : valueArtifact(type, output.value)
  }
  const done = [...outcomes.values()].filter(isDone)
  return {
    ok: true,
    outputs,
    cached: done.every(({ cached }) => cached),
    seconds: done.reduce((sum, { seconds }) => sum + seconds, 0),
  }
}
