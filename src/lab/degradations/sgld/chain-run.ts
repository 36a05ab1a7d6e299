import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DifferentiableModel } from '../../../engine/model/differentiable.ts'
import type { LanguageModel } from '../../../engine/model/language-model.ts'
import type { StoredTensor } from '../../../engine/model/safetensors.ts'
import { readSafetensors, writeSafetensors } from '../../../engine/model/safetensors.ts'
import { saveWeights } from '../../../engine/model/weights.ts'
import { LangevinChain } from '../../../engine/sampling/chain.ts'
import type { SgldArrays } from '../../../engine/sampling/sgld.ts'
import { RandomStream } from '../../../engine/sampling/random.ts'
import { BatchOrder } from '../../../engine/training/batch-order.ts'
import type { StageContext } from '../../../stage/stage-context.ts'
import type { Dataset } from '../../datasets/dataset.ts'
import { batchOf } from '../../datasets/dataset-batch.ts'
import { sequenceLosses } from '../../scales/sequence-losses.ts'
import type { SamplerParams } from './params.ts'
import { dynamicsOf } from './params.ts'
import type { ChainRecord } from './record.ts'

export interface ChainSetup {
  readonly params: SamplerParams
  readonly model: DifferentiableModel
  readonly evaluator: LanguageModel
  /** Data the posterior is of, and data on which draws are measured. */
  readonly data: Dataset
  readonly evaluation: Dataset
  readonly arrays: SgldArrays
  readonly warm: boolean
  readonly ctx: StageContext
}

const saveEverySeconds = 2
const tracePoints = 60
/** Loss above which a chain counts as diverged: this many times that of uniform guessing. */
const divergence = 4

/** Runs one chain to its end, from its last checkpoint if it was killed before. Draws land in `ctx.scratch`. */
export async function runChain(setup: ChainSetup): Promise<{ record: ChainRecord; files: string[] }> {
  const { params, model, ctx, data, arrays } = setup
  const order = new BatchOrder(new RandomStream(ctx.seed, 'order'), data.sequences, params.batch)
  const chain = new LangevinChain({
    arrays,
    evaluate: (step) => model.run(batchOf(data, order.batch(step))),
    dynamics: dynamicsOf(params),
    stream: new RandomStream(ctx.seed, 'noise'),
    divergesAbove: divergence * Math.log(data.vocabulary),
  })
  const state = await ChainState.open(setup)
  const last = params.burnin + params.draws * params.every
  let saved = Date.now()
  while (state.step < last && state.divergedAt === null) {
    if (ctx.signal.aborted) {
      await state.save()
      throw ctx.signal.reason
    }
    const result = await chain.advance(state.step)
    state.took(result)
    if (state.isDrawDue()) await state.draw(chain.distance())
    ctx.progress({ fraction: state.step / last, note: `step ${state.step} of ${last}, loss ${result.loss.toFixed(3)}` })
    // Never after the last step: a resumed chain then takes it again, and its norms are those of that step.
    if (state.step < last && Date.now() - saved > saveEverySeconds * 1000) {
      await state.save()
      saved = Date.now()
    }
  }
  return { record: await state.record(chain), files: state.files() }
}

/** Everything of a chain that must survive a kill: weights, losses so far, draws on disk. */
class ChainState {
  readonly #setup: ChainSetup
  #losses: number[] = []
  #draws: { step: number; loss: number; distance: number }[] = []
  divergedAt: number | null = null

  private constructor(setup: ChainSetup) {
    this.#setup = setup
  }

  static async open(setup: ChainSetup): Promise<ChainState> {
    const state = new ChainState(setup)
    await mkdir(setup.ctx.scratch, { recursive: true })
    await state.#restore()
    return state
  }

  get step(): number {
    return this.#losses.length
  }

  took({ diverged, loss }: { readonly diverged: boolean; readonly loss: number }): void {
    if (diverged) this.divergedAt = this.step
    else this.#losses.push(loss)
  }

  isDrawDue(): boolean {
    const { burnin, every } = this.#setup.params
    return this.divergedAt === null && this.step > burnin && (this.step - burnin) % every === 0
  }

  /** Records the present weights, and their loss at exactly these weights. */
  async draw(distance: number): Promise<void> {
    const { model, evaluator, evaluation } = this.#setup
    const file = join(this.#setup.ctx.scratch, this.#name(this.#draws.length))
    await saveWeights(file, model.weights)
    await evaluator.loadWeights(file)
    const { mean } = await meanLoss(evaluator, evaluation)
    this.#draws.push({ step: this.step, loss: mean, distance })
  }

  files(): string[] {
    return this.#draws.map((_, i) => this.#name(i))
  }

  async record(chain: LangevinChain): Promise<ChainRecord> {
    const { params, evaluator, evaluation, arrays, model, warm, ctx } = this.#setup
    const startFile = join(ctx.scratch, 'start.safetensors')
    const here = arrays.weights.slice()
    arrays.weights.set(arrays.start)
    await saveWeights(startFile, model.weights)
    arrays.weights.set(here)
    await evaluator.loadWeights(startFile)
    const { mean, tokens } = await meanLoss(evaluator, evaluation)
    const { epsilon, gamma, nbeta } = dynamicsOf(params)
    const norms = this.divergedAt === null && this.step > 0 ? chain.norms() : null
    return {
      nbeta,
      epsilon,
      gamma,
      batch: params.batch,
      burnin: params.burnin,
      every: params.every,
      divergedAt: this.divergedAt,
      trace: blocks(this.#losses),
      draws: this.#draws,
      startLoss: mean,
      tokens,
      norms,
      warm,
      parameters: arrays.start.length,
    }
  }

  #name(draw: number): string {
    return `draw-${draw}.safetensors`
  }
  get #file(): string {
    return join(this.#setup.ctx.scratch, 'state.safetensors')
  }

  async save(): Promise<void> {
    const vector = (values: readonly number[]): StoredTensor => ({
      dtype: 'F64',
      shape: [values.length],
      data: Float64Array.from(values),
    })
    const weights = this.#setup.model.weights.flat
    await writeSafetensors(
      this.#file,
      new Map<string, StoredTensor>([
        ['weights', { dtype: 'F32', shape: [weights.length], data: weights }],
        ['losses', vector(this.#losses)],
        ['draws', vector(this.#draws.flatMap(({ step, loss, distance }) => [step, loss, distance]))],
      ]),
    )
  }

  async #restore(): Promise<void> {
    try {
      const state = await readSafetensors(this.#file)
      const draws = Array.from(state.get('draws')!.data as Float64Array)
      this.#losses = Array.from(state.get('losses')!.data as Float64Array)
      this.#draws = Array.from({ length: draws.length / 3 }, (_, i) => ({
        step: draws[3 * i]!,
        loss: draws[3 * i + 1]!,
        distance: draws[3 * i + 2]!,
      }))
      this.#setup.model.weights.flat.set(state.get('weights')!.data as Float32Array)
    } catch {
      await rm(this.#file, { force: true }) // absent or half written: begin at the start
    }
  }
}

/** Mean over predicted tokens, nats a token, and how many tokens that is. */
async function meanLoss(model: LanguageModel, data: Dataset): Promise<{ mean: number; tokens: number }> {
  const losses = await sequenceLosses(model, data)
  const tokens = losses.tokens.reduce((a, b) => a + b, 0)
  return { mean: losses.nats.reduce((a, b) => a + b, 0) / tokens, tokens }
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
