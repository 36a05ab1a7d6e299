import { err, type Result } from '../base/result.ts'
import type { StageInput } from '../stage/artifact.ts'
import type { Outputs } from './event.ts'
import type { StageResult } from './executors/job.ts'
import type { Failure } from './failure.ts'
import { failureOfError } from './failure-of-error.ts'
import { lookupStage, type FoundStage } from './lookup-stage.ts'
import { threadsOfStage } from './policy.ts'
import { publishOutputs } from './publish-outputs.ts'
import type { ReadyStage, StageOutcome } from './ready-stage.ts'
import type { RunParts } from './run-parts.ts'
import { stageReport } from './stage-report.ts'
import type { ActionResult, Workplace } from './store/store.ts'

/** Looks a stage up and, if there is nothing to take, runs it and stores its result. */
export async function performWork(stage: ReadyStage, parts: RunParts): Promise<StageOutcome> {
  let found = await lookupStage(stage, parts)
  for (
    let twin = parts.underWay.get(found.key);
    found.hit === undefined && twin !== undefined;
    twin = parts.underWay.get(found.key)
  ) {
    await twin
    found = await lookupStage(stage, { ...parts, fresh: () => false })
  }
  if (found.hit !== undefined) return takeHit(stage, found.hit, parts)
  const { key } = found
  const outcome = execute(stage, found, parts).finally(() => parts.underWay.delete(key))
  parts.underWay.set(key, outcome)
  return outcome
}

function takeHit(stage: ReadyStage, { key, outputs, seconds }: ActionResult, { emit }: RunParts): StageOutcome {
  const report = stageReport(stage.kind, { stage: stage.id, with: stage.with, outputs })
  emit({ type: 'stage-cached', stage: stage.id, key, ...seedOf(stage), with: stage.with, outputs, report, seconds })
  return { status: 'done', outputs, key, cached: true, seconds }
}

type Missed = Extract<FoundStage, { because: string }>

async function execute(stage: ReadyStage, found: Missed, parts: RunParts): Promise<StageOutcome> {
  const { store, emit } = parts
  const { key, record } = found
  if (parts.fresh(stage.id)) store.discardScratch(key)
  const place = store.openWorkplace(key)
  const { made, seconds } = await attempt(stage, { found, place }, parts)
  if (!made.ok) {
    store.closeWorkplace(key, place, mayGoOn(made.error))
    emit({ type: 'stage-failed', stage: stage.id, failure: made.error, seconds })
    return { status: 'failed', failure: made.error }
  }
  const outputs = made.value
  await store.publish({ key, record, stage: stage.id, outputs, seconds })
  store.closeWorkplace(key, place, false)
  emit({
    type: 'stage-finished',
    stage: stage.id,
    outputs,
    report: stageReport(stage.kind, { stage: stage.id, with: stage.with, outputs }),
    seconds,
  })
  return { status: 'done', outputs, key, cached: false, seconds }
}

/** A stage that throws may do so because of its checkpoint. One that was stopped, or met a full disk, can go on from it. */
const mayGoOn = (failure: Failure): boolean => failure.reason !== 'stage-threw' || failure.code !== undefined

interface Attempt {
  readonly found: Missed
  readonly place: Workplace
}

async function attempt(
  stage: ReadyStage,
  at: Attempt,
  parts: RunParts,
): Promise<{ made: Result<Outputs, Failure>; seconds: number }> {
  let seconds = 0
  try {
    const result = await submit(stage, at, parts)
    seconds = result.seconds
    if (!result.ok) return { made: err(result.failure), seconds }
    const changed = await changedInput(stage, parts)
    if (changed !== undefined) return { made: err(changed), seconds }
    return {
      made: await publishOutputs(stage.kind, { outputs: result.outputs, out: at.place.out, seconds }, parts.store),
      seconds,
    }
  } catch (error) {
    return { made: err(failureOfError(error, 'internal')), seconds }
  }
}

async function submit(stage: ReadyStage, { found, place }: Attempt, parts: RunParts): Promise<StageResult> {
  const { emit, signal } = parts
  const inputs: Record<string, StageInput> = {}
  for (const port of Object.keys(stage.inputs)) inputs[port] = await stageInput(stage, port, parts)
  const job = {
    stage: stage.id,
    kind: stage.kind.name,
    with: stage.with,
    inputs,
    out: place.out,
    scratch: place.scratch,
    threads: threadsOfStage,
    // An unseeded kind's key has no seed, so the kind must not see one that differs.
    seed: stage.kind.seeded ? stage.seed : '0'.repeat(16),
  }
  return parts.executor.run(job, {
    signal,
    started: () => {
      emit({
        type: 'stage-started',
        stage: stage.id,
        key: found.key,
        ...seedOf(stage),
        with: stage.with,
        because: found.because,
      })
    },
    progress: (progress) => {
      emit({ type: 'stage-progressed', stage: stage.id, progress })
    },
  })
}

async function stageInput(stage: ReadyStage, port: string, { paths, store }: RunParts): Promise<StageInput> {
  const artifact = stage.inputs[port]
  if (artifact === undefined) throw new Error(`${stage.id} has no input ${port}`)
  const { type } = artifact
  if ('value' in artifact) return { type, value: artifact.value }
  return { type, path: paths.pathOf(artifact.digest) ?? (await store.materialise(artifact)) }
}

/** A result made from a file that was edited meanwhile belongs to no key. */
async function changedInput(stage: ReadyStage, { paths }: RunParts): Promise<Failure | undefined> {
  for (const [port, artifact] of Object.entries(stage.inputs)) {
    const path = paths.pathOf(artifact.digest)
    if (path === undefined || (await paths.describe(path)).digest === artifact.digest) continue
    return {
      reason: 'stage-threw',
      message: `input ${port} (${path}) was changed while the stage ran; its result was thrown away`,
      help: 'run again',
    }
  }
  return undefined
}

const seedOf = ({ kind, seed }: ReadyStage): { seed?: string } => (kind.seeded ? { seed } : {})
