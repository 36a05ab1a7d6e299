import { LangevinChain } from '../../../engine/sampling/chain.ts'
import { largestCurvature } from '../../../engine/sampling/curvature.ts'
import { Posterior } from '../../../engine/sampling/posterior.ts'
import { RandomStream } from '../../../engine/sampling/random.ts'
import type { Dynamics } from '../../../engine/sampling/sgld.ts'
import { relaxationSteps } from '../../../engine/sampling/sgld.ts'
import type { StageContext } from '../../../stage/stage-context.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { Dataset } from '../../datasets/dataset.ts'
import { objectiveOf } from './objective.ts'
import type { OpenedSampler } from './open-sampler.ts'
import { openSampler } from './open-sampler.ts'
import type { SamplerParams } from './params.ts'
import { dynamicsOf } from './params.ts'
import type { PilotRecord } from './pilot-record.ts'
import { pilotBound, pilotSteps, pilotTries } from './pilot-record.ts'

/** Steps after which a pilot run is judged even if two relaxation times would take longer. */
const longestSettling = 400

interface Pilot {
  readonly folder: string
  readonly warm: string | undefined
  readonly data: Dataset
  readonly params: Pick<
    SamplerParams,
    'nbeta' | 'temperature' | 'kappa' | 'gamma' | 'weightDecay' | 'parameters' | 'batch' | 'accumulate' | 'fullBatch'
  > & { readonly fixed: boolean }
  readonly ctx: StageContext
}

/**
 * Tries step sizes from 1/(nβ·h + γ) down by halves, later quarters: at each SGLD starts anew, always with the same numbers, takes two
 * relaxation times to settle, and the first at which MALA would have accepted {@link pilotBound} of the next
 * {@link pilotSteps} steps is taken. On the way to equilibrium far fewer are accepted, so it must settle first.
 * At the first of them SGLD's variance in the stiffest direction is 4/3 of what it should be, so no larger one is wanted.
 * Throws StageError where none will do.
 */
export async function runPilot({ folder, warm, data, params, ctx }: Pilot): Promise<PilotRecord> {
  const { batch, parameters, fixed } = params
  const opened = await openSampler({
    sampler: 'sgld',
    folder,
    warm,
    chain: 0,
    batch,
    data,
    threads: ctx.threads,
    parameters,
  })
  try {
    const begin = opened.arrays.weights.slice()
    const dynamics = dynamicsOf({ ...params, burnin: 0, draws: 1, every: 1, evaluate: 1 })
    const evaluate = objectiveOf({
      sampler: fixed ? 'mala' : 'sgld',
      params: { ...params, burnin: 0, draws: 1, every: 1, evaluate: 1 },
      data,
      seed: ctx.seed,
      model: opened.model,
      forward: undefined,
    })
    const setting = { opened, evaluate, dynamics, begin, seed: ctx.seed, weightDecay: params.weightDecay }
    const posterior = new Posterior({ arrays: opened.arrays, dynamics, region: opened.region })
    const stream = new RandomStream(ctx.seed, 'other')
    const curvature = await largestCurvature({ posterior, evaluate, stream })
    return await halve(setting, { curvature, vocabulary: data.vocabulary, ctx })
  } finally {
    await opened.close()
  }
}

interface Setting {
  readonly opened: OpenedSampler
  readonly evaluate: (step: number) => Promise<number>
  readonly dynamics: Dynamics
  readonly begin: Float32Array
  readonly seed: string
  readonly weightDecay: number | undefined
}

async function halve(
  setting: Setting,
  { curvature, vocabulary, ctx }: { curvature: number; vocabulary: number; ctx: StageContext },
): Promise<PilotRecord> {
  const { nbeta, gamma } = setting.dynamics
  const tried: { epsilon: number; acceptance: number | null }[] = []
  let epsilon = Number((1 / (nbeta * Math.max(0, curvature) + gamma)).toPrecision(3))
  for (let i = 0; i < pilotTries.all; i++) {
    ctx.signal.throwIfAborted()
    const acceptance = await acceptanceAt(setting, epsilon, 4 * Math.log(vocabulary))
    tried.push({ epsilon, acceptance })
    ctx.progress({ fraction: (i + 1) / pilotTries.all, note: `ε ${epsilon}: ${acceptance?.toFixed(3) ?? 'diverged'}` })
    if (acceptance !== null && acceptance >= pilotBound) return { epsilon, curvature, tried }
    epsilon /= i < pilotTries.halves ? 2 : 4
  }
  throw new StageError(
    `no step size down to ${tried.at(-1)!.epsilon} is accepted ${100 * pilotBound} % of the time from here`,
    'Give epsilon as a number, raise kappa (or gamma), or restrict the parameters.',
  )
}

/** Mean acceptance of the steps after it settled; null if it diverges. */
async function acceptanceAt(
  { opened, evaluate, dynamics, begin, seed, weightDecay }: Setting,
  epsilon: number,
  divergesAbove: number,
): Promise<number | null> {
  const { arrays, region } = opened
  arrays.weights.set(begin)
  const stream = new RandomStream(seed, 'noise')
  const chain = new LangevinChain({
    arrays,
    evaluate,
    dynamics: { ...dynamics, epsilon },
    stream,
    divergesAbove,
    region,
    weightDecay,
  })
  const settled = Math.min(longestSettling, Math.ceil(2 * relaxationSteps({ ...dynamics, epsilon })))
  let sum = 0
  for (let step = 0; step < settled + pilotSteps; step++) {
    const { diverged, acceptance = 0 } = await chain.advance(step, step >= settled)
    if (diverged) return null
    sum += acceptance
  }
  return sum / pilotSteps
}
