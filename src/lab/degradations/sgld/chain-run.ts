import { join } from 'node:path'
import { saveWeights } from '../../../engine/model/weights.ts'
import type { Walk } from '../../../engine/sampling/walk.ts'
import { largestCurvature } from '../../../engine/sampling/curvature.ts'
import { Posterior } from '../../../engine/sampling/posterior.ts'
import { RandomStream } from '../../../engine/sampling/random.ts'
import type { StageContext } from '../../../stage/stage-context.ts'
import type { Dataset } from '../../datasets/dataset.ts'
import { ChainState } from './chain-state.ts'
import { unitOf } from './examples-as-text.ts'
import { meanLoss, objectiveOf, sequencesOf } from './objective.ts'
import type { OpenedSampler } from './open-sampler.ts'
import type { SamplerParams } from './params.ts'
import { dynamicsOf } from './params.ts'
import type { ChainRecord } from './record.ts'
import type { SamplerName } from './samplers.ts'
import { walkOf } from './walk-of.ts'

export interface ChainSetup extends Omit<OpenedSampler, 'close'> {
  readonly sampler: SamplerName
  readonly params: SamplerParams
  /** Data the posterior is of, and data on which draws are measured. */
  readonly data: Dataset
  readonly evaluation: Dataset
  readonly warm: boolean
  readonly ctx: StageContext
}

const saveEverySeconds = 2
/** Most of a chain's time that saving may take: the state of a large model is half a gigabyte, which takes as long as a step. */
const mostSaving = 0.05
const tracePoints = 60
/** Loss above which a chain counts as diverged: this many times that of uniform guessing. */
const divergence = 4

/** Runs one chain to its end, from its last checkpoint if it was killed before. Draws land in `ctx.scratch`. */
export async function runChain(setup: ChainSetup): Promise<{ record: ChainRecord; files: string[] }> {
  const { params, ctx, weights } = setup
  const walk = walkOf(setup.sampler, walkOptions(setup), params)
  const state = await ChainState.open({ scratch: ctx.scratch, weights: weights.flat, walk })
  const last = params.burnin + params.draws * params.every
  const saver = new Saver(state)
  while (state.step < last && state.divergedAt === null) {
    if (ctx.signal.aborted) {
      await state.save()
      throw ctx.signal.reason
    }
    const result = await walk.advance(state.step, isDrawDue(state.step + 1, params))
    state.took(result)
    if (!result.diverged && isDrawDue(state.step, params)) await draw(setup, state, walk)
    ctx.progress({ fraction: state.step / last, note: `step ${state.step} of ${last}, loss ${result.loss.toFixed(3)}` })
    // Never after the last step: a resumed chain then takes it again, and its norms are those of that step.
    if (state.step < last) await saver.saveIfDue()
  }
  return { record: await recordChain(setup, state, walk), files: state.draws.map((_, i) => fileOf(i)) }
}

/** Saves a chain's state from time to time. When does not change what the chain gives. */
class Saver {
  readonly #state: ChainState
  #saved = Date.now()
  #pause = saveEverySeconds * 1000

  constructor(state: ChainState) {
    this.#state = state
  }

  async saveIfDue(): Promise<void> {
    const begun = Date.now()
    if (begun - this.#saved <= this.#pause) return
    await this.#state.save()
    this.#saved = Date.now()
    this.#pause = Math.max(saveEverySeconds * 1000, (this.#saved - begun) / mostSaving)
  }
}

function walkOptions({ sampler, params, data, ctx, model, forward, arrays, region }: ChainSetup) {
  return {
    arrays,
    evaluate: objectiveOf({ sampler, params, data, seed: ctx.seed, model, forward }),
    dynamics: dynamicsOf(params),
    stream: new RandomStream(ctx.seed, 'noise'),
    divergesAbove: divergence * Math.log(data.vocabulary),
    region,
    weightDecay: params.weightDecay,
    boundingBox: params.boundingBox,
  }
}

const isDrawDue = (step: number, { burnin, every }: SamplerParams): boolean =>
  step > burnin && (step - burnin) % every === 0

const fileOf = (draw: number): string => `draw-${draw}.safetensors`

/** Records the present weights, and their loss at exactly these weights. */
async function draw({ ctx, weights, evaluator, evaluation }: ChainSetup, state: ChainState, walk: Walk): Promise<void> {
  const { mean } = await meanLoss(evaluator, evaluation)
  if (!Number.isFinite(mean)) {
    state.took({ loss: mean, diverged: true })
    return
  }
  await saveWeights(join(ctx.scratch, fileOf(state.draws.length)), weights)
  state.drew({ loss: mean, distance: walk.distance() })
}

async function recordChain(setup: ChainSetup, state: ChainState, walk: Walk): Promise<ChainRecord> {
  const { sampler, params, data, evaluation, arrays, region, selection, warm } = setup
  const norms = state.divergedAt === null && state.step > 0 ? walk.norms() : null
  const { mean, tokens } = await lossAtStart(setup)
  const { epsilon, gamma, nbeta } = dynamicsOf(params)
  const curvature = await curvatureOf(setup)
  const isWhole = evaluation.sequences === sequencesOf({ params, data }) && isSameData(evaluation, data)
  return {
    sampler,
    nbeta,
    epsilon,
    gamma,
    batch: params.batch,
    burnin: params.burnin,
    every: params.every,
    divergedAt: state.divergedAt,
    trace: blocks(state.losses),
    draws: state.draws,
    startLoss: mean,
    ...unitOf(evaluation),
    tokens,
    norms,
    warm,
    parameters: region?.count ?? arrays.start.length,
    ...(selection === undefined ? {} : { selection }),
    ...(isWhole ? { wholeLoss: true } : {}),
    ...(params.momentum === undefined ? {} : { momentum: params.momentum }),
    ...(params.boundingBox === undefined ? {} : { boxed: true as const }),
    ...(curvature === undefined ? {} : { curvature }),
  }
}

/** The steepest curvature of the loss at w₀, by the first chain alone: it is the same for all. */
async function curvatureOf(setup: ChainSetup): Promise<number | undefined> {
  if (setup.params.chain !== 0 || setup.model === undefined) return undefined
  const options = walkOptions(setup)
  const stream = new RandomStream(setup.ctx.seed, 'other')
  const here = setup.arrays.weights.slice()
  const found = await largestCurvature({ posterior: new Posterior(options), evaluate: options.evaluate, stream })
  setup.arrays.weights.set(here)
  return Number.isFinite(found) ? found : undefined
}

/** Whether the first sequences of both are the same tokens. */
const isSameData = (evaluation: Dataset, data: Dataset): boolean =>
  evaluation.length === data.length && evaluation.tokens.every((token, i) => token === data.tokens[i])

async function lossAtStart({ arrays, evaluator, evaluation }: ChainSetup): ReturnType<typeof meanLoss> {
  const here = arrays.weights.slice()
  arrays.weights.set(arrays.start)
  const found = await meanLoss(evaluator, evaluation)
  arrays.weights.set(here)
  return found
}

/** Means over equal stretches, at most {@link tracePoints}. */
function blocks(losses: readonly number[]): { until: number; loss: number }[] {
  const count = Math.min(tracePoints, losses.length)
  return Array.from({ length: count }, (_, i) => {
    const [from, until] = [Math.round((i * losses.length) / count), Math.round(((i + 1) * losses.length) / count)]
    const part = losses.slice(from, until)
    return { until, loss: part.reduce((a, b) => a + b, 0) / part.length }
  })
}
