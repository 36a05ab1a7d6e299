import { join } from 'node:path'
import { err, type Result } from '../base/result.ts'
import type { ArtifactList, ArtifactRef, StageInput } from '../stage/artifact.ts'
import { mayPass, pause, pauseAfter } from './attempts.ts'
import type { Outputs } from './event.ts'
import type { JobHooks } from './executors/executor.ts'
import type { StageResult } from './executors/job.ts'
import type { Failure } from './failure.ts'
import { failureOfError } from './failure-of-error.ts'
import { lookupStage, type FoundStage } from './lookup-stage.ts'
import { threadsOf } from './policy.ts'
import { publishOutputs } from './publish-outputs.ts'
import { outputPorts, type ReadyStage, type StageOutcome } from './ready-stage.ts'
import type { RunParts } from './run-parts.ts'
import type { StageKey } from './stage-key.ts'
import { stageReport } from './stage-report.ts'
import type { ActionResult, Workplace } from './store/store.ts'
import { withTimeLimit } from './time-limit.ts'

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
  const { made, seconds } = await tryUntilMade(stage, found, parts)
  if (!made.ok) {
    emit({ type: 'stage-failed', stage: stage.id, failure: made.error, seconds })
    return { status: 'failed', failure: made.error }
  }
  const outputs = made.value
  const sources = parts.paths.sourcesOf(stage.inputs)
  await store.publish({ key, record, stage: stage.id, outputs, seconds, ...(sources === undefined ? {} : { sources }) })
  store.closeWorkplace(key, made.place, false)
  emit({
    type: 'stage-finished',
    stage: stage.id,
    outputs,
    report: stageReport(stage.kind, { stage: stage.id, with: stage.with, outputs }),
    seconds,
  })
  return { status: 'done', outputs, key, cached: false, seconds }
}

type Attempted = {
  readonly made:
    | (Result<Outputs, Failure> & { readonly ok: false })
    | { readonly ok: true; readonly value: Outputs; readonly place: Workplace }
  readonly seconds: number
}

/** One attempt, or as many as `retry` allows while what goes wrong may pass. */
async function tryUntilMade(stage: ReadyStage, found: Missed, parts: RunParts): Promise<Attempted> {
  const { retry } = stage.policy ?? {}
  const attempts = retry?.attempts ?? 1
  for (let number = 1; ; number++) {
    const place = parts.store.openWorkplace(found.key)
    const because = number === 1 ? found.because : `attempt ${number} of ${attempts}`
    const { made, seconds } = await attempt(stage, { key: found.key, because, place, number }, parts)
    if (made.ok) return { made: { ok: true, value: made.value, place }, seconds }
    parts.store.closeWorkplace(found.key, place, mayGoOn(made.error))
    const failed: Attempted = { made: err(made.error) as Attempted['made'] & { ok: false }, seconds }
    if (retry === undefined || number >= attempts || !mayPass(made.error) || parts.signal.aborted) return failed
    const wait = pauseAfter(retry, number)
    const failure = made.error
    parts.emit({ type: 'stage-retried', stage: stage.id, failure, seconds, attempt: number + 1, attempts, pause: wait })
    if (!(await pause(wait, parts.signal))) return failed
  }
}

/** A stage that throws may do so because of its checkpoint. One that was stopped, or met a full disk, can go on from it. */
const mayGoOn = (failure: Failure): boolean => failure.reason !== 'stage-threw' || failure.code !== undefined

interface Attempt {
  readonly key: StageKey
  readonly because: string
  readonly place: Workplace
  /** From 1. */
  readonly number: number
}

async function attempt(
  stage: ReadyStage,
  at: Attempt,
  parts: RunParts,
): Promise<{ made: Result<Outputs, Failure>; seconds: number }> {
  let seconds = 0
  try {
    const result = await submit(stage, at, parts)
    if (stage.command !== undefined) parts.keepLog?.(stage.id, at.number, logOf(at.place))
    seconds = result.seconds
    if (!result.ok) return { made: err(result.failure), seconds }
    const changed = await changedInput(stage, parts)
    if (changed !== undefined) return { made: err(changed), seconds }
    const promised = { name: stage.kind.name, outputs: outputPorts(stage) }
    return {
      made: await publishOutputs(promised, { outputs: result.outputs, out: at.place.out, seconds }, parts.store),
      seconds,
    }
  } catch (error) {
    return { made: err(failureOfError(error, 'internal')), seconds }
  }
}

const logOf = ({ out }: Workplace): string => join(out, 'log')

async function submit(stage: ReadyStage, at: Attempt, parts: RunParts): Promise<StageResult> {
  const { emit, signal } = parts
  const { command, policy } = stage
  const inputs: Record<string, StageInput> = {}
  for (const [port, artifact] of Object.entries(stage.inputs)) inputs[port] = await stageInput(artifact, parts)
  const job = {
    stage: stage.id,
    kind: stage.kind.name,
    with: stage.with,
    inputs,
    out: at.place.out,
    scratch: at.place.scratch,
    threads: threadsOf(policy),
    // An unseeded kind's key has no seed, so the kind must not see one that differs.
    seed: stage.kind.seeded ? stage.seed : '0'.repeat(16),
    ...(command === undefined ? {} : { command, log: logOf(at.place) }),
    ...(policy?.resources?.cpus === undefined ? {} : { cpus: policy.resources.cpus }),
    ...(policy?.resources?.memory === undefined ? {} : { memory: policy.resources.memory }),
  }
  const { key, because } = at
  const hooks: JobHooks = {
    signal,
    started: () => {
      emit({ type: 'stage-started', stage: stage.id, key, ...seedOf(stage), with: stage.with, because })
    },
    progress: (progress) => {
      emit({ type: 'stage-progressed', stage: stage.id, progress })
    },
  }
  return withTimeLimit(policy?.timeout, hooks, (limited) => parts.executor.run(job, limited))
}

async function stageInput(artifact: ArtifactRef | ArtifactList, parts: RunParts): Promise<StageInput> {
  const { type } = artifact
  if ('items' in artifact) {
    const items: StageInput[] = []
    for (const item of artifact.items) items.push(await stageInput(item, parts))
    return { type, items }
  }
  if ('value' in artifact) return { type, value: artifact.value }
  return { type, path: parts.paths.pathOf(artifact.digest) ?? (await parts.store.materialise(artifact)) }
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
