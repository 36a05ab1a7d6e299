import type { Plan, PlannedStage } from '../compiler/plan.ts'

/** What this machine lends to a run. */
export interface Machine {
  /** Stages of one cpu that may run at once. */
  readonly cpus: number
  /** Bytes. */
  readonly memory: number
  /** Whether the user named GPUs for this process (`CUDA_VISIBLE_DEVICES`). */
  readonly gpus: boolean
}

/** What is wrong, and what to do about it. */
export interface Misfit {
  readonly message: string
  readonly help: string
}

/** The first stage that asks for more than there is, in words; such a stage could never start. */
export function resourcesMisfit({ stages }: Plan, machine: Machine): Misfit | undefined {
  for (const stage of stages) {
    const misfit = stageMisfit(stage, machine)
    if (misfit !== undefined) return misfit
  }
  return undefined
}

function stageMisfit({ span, id, resources = {} }: PlannedStage, machine: Machine): Misfit | undefined {
  const { cpus = 1, memory = 0, gpus = 0 } = resources
  const asks = (what: string): string => `${span.file}:${span.line}:${span.column}: stage ${id} asks for ${what}`
  if (cpus > machine.cpus)
    return {
      message: `${asks(`${cpus} cpus`)}, but a run here has ${machine.cpus}`,
      help: 'lower `resources.cpus`, or allow more at once with --concurrency',
    }
  if (memory > machine.memory)
    return {
      message: `${asks(`${gibibytes(memory)} of memory`)}, but this machine has ${gibibytes(machine.memory)}`,
      help: 'lower `resources.memory`, or run on a larger machine',
    }
  if (gpus > 0 && !machine.gpus)
    return {
      message: `${asks(`${gpus} GPU${gpus === 1 ? '' : 's'}`)}, but no GPU was given to this run`,
      help: 'name those it may use in CUDA_VISIBLE_DEVICES, such as CUDA_VISIBLE_DEVICES=0',
    }
  return undefined
}

const gibibytes = (bytes: number): string => `${Number((bytes / 2 ** 30).toPrecision(3))} GiB`
