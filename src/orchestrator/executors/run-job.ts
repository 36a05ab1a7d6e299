import type { StageCatalog } from '../../stage/catalog.ts'
import type { Progress } from '../../stage/stage-context.ts'
import { isGrowing } from '../../stage/stage-kind.ts'
import type { StageOutput } from '../../stage/artifact.ts'
import type { Failure } from '../failure.ts'
import { failureOfError } from '../failure-of-error.ts'
import { firstNonJson, type StageJob, type StageResult } from './job.ts'

export interface JobSurroundings {
  readonly catalog: StageCatalog
  readonly signal: AbortSignal
  readonly progress: (progress: Progress) => void
}

/** Runs a stage in this process and turns whatever it does into a result. */
export async function runJob(job: StageJob, around: JobSurroundings): Promise<StageResult> {
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  try {
    const outputs = await runKind(job, around)
    const failure = badOutput(outputs)
    return failure === undefined
      ? { ok: true, outputs, seconds: seconds() }
      : { ok: false, failure, seconds: seconds() }
  } catch (error) {
    const failure = around.signal.aborted ? cancelled : failureOfError(error, 'stage-threw')
    return { ok: false, failure, seconds: seconds() }
  }
}

const cancelled: Failure = { reason: 'cancelled', message: 'stopped before it was done' }

async function runKind(
  job: StageJob,
  { catalog, signal, progress }: JobSurroundings,
): Promise<Readonly<Record<string, StageOutput>>> {
  const kind = catalog.get(job.kind)
  if (kind === undefined || isGrowing(kind)) throw new Error(`the worker has no kind ${job.kind} to run`)
  const { out, scratch, threads, seed, log, command, inputs } = job
  const ctx = { out, scratch, threads, seed, signal, progress, ...(log === undefined ? {} : { log }) }
  return await kind.run({ with: job.with, inputs, ctx, ...(command === undefined ? {} : { command }) })
}

function badOutput(outputs: Readonly<Record<string, StageOutput>>): Failure | undefined {
  for (const [name, output] of Object.entries(outputs)) {
    const bad = 'value' in output ? firstNonJson(output.value, name) : undefined
    if (bad !== undefined)
      return { reason: 'stage-threw', message: `output ${bad.path} is ${bad.what}, which cannot be stored` }
  }
  return undefined
}
