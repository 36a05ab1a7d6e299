import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { initialise } from '../../engine/model/initialise.ts'
import type { Series } from '../../engine/model/language-model.ts'
import type { Network } from '../../engine/model/network.ts'
import type { Objective } from '../../engine/model/objective.ts'
import type { StoredTensor } from '../../engine/model/safetensors.ts'
import { readSafetensors, writeSafetensors } from '../../engine/model/safetensors.ts'
import type { Weights } from '../../engine/model/weights.ts'
import { saveWeights } from '../../engine/model/weights.ts'
import { RandomStream } from '../../engine/sampling/random.ts'
import { adamDefaults, adamwStep, clipGradient } from '../../engine/training/adamw.ts'
import { BatchOrder } from '../../engine/training/batch-order.ts'
import { rateAt } from '../../engine/training/schedule.ts'
import { sgdStep } from '../../engine/training/sgd.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { Learner, LearningData } from './learner.ts'
import { openLearner } from './learner.ts'
import type { TrainParams } from './train-params.ts'

interface TrainerOptions {
  readonly network: Network
  readonly params: TrainParams
  readonly data: LearningData
  /** Left out: what the data asks for. */
  readonly objective?: Objective
  /** Weights to begin with; left out: fresh ones, as the network is initialised. */
  readonly start?: Float32Array
  readonly seed: string
  readonly threads: number
  readonly scratch: string
  /** Steps after which weights are kept. */
  readonly kept: readonly number[]
}
export interface TrainingRun {
  readonly until: number
  readonly signal: AbortSignal
  onStep(step: number, loss: number): void
}
const saveEvery = 100
const curvePoints = 100

/** One training run that can be killed at any moment and goes on from its last checkpoint to the same bits. */
export class Trainer {
  readonly #model: Learner
  readonly #options: TrainerOptions
  readonly #first: Float32Array
  readonly #second: Float32Array
  readonly #losses: Float64Array
  readonly #decays: Uint8Array
  #step = 0

  private constructor(model: Learner, options: TrainerOptions) {
    this.#model = model
    this.#options = options
    const size = model.weights.flat.length
    this.#first = new Float32Array(size)
    this.#second = new Float32Array(size)
    this.#losses = new Float64Array(options.params.steps)
    this.#decays = decayMask(model.weights, options.params.decay)
  }

  static async open(options: TrainerOptions): Promise<Trainer> {
    const { network, params, threads, seed, scratch, start } = options
    const { batch, accumulate } = params
    const model = await openLearner({ ...options, batch, accumulate, threads })
    const trainer = new Trainer(model, options)
    await mkdir(scratch, { recursive: true })
    if (!(await trainer.#restore())) {
      if (start === undefined) initialise(model.weights, network, new RandomStream(seed, 'init'))
      else model.weights.flat.set(start)
      await trainer.#keep()
    }
    return trainer
  }

  get weights(): Weights {
    return this.#model.weights
  }

  /** Trains up to step `until`; saves and throws the signal's reason when aborted. */
  async run({ until, signal, onStep }: TrainingRun): Promise<void> {
    const { params, seed, kept } = this.#options
    const order = new BatchOrder(new RandomStream(seed, 'order'), this.#model.items, params.batch)
    while (this.#step < until) {
      if (signal.aborted) {
        await this.#save()
        throw signal.reason
      }
      const loss = await this.#advance(order.batch(this.#step))
      onStep(this.#step, loss)
      if (kept.includes(this.#step)) await this.#keep()
      if (this.#step % saveEvery === 0 && this.#step < until) await this.#save()
    }
  }

  /** One step on a batch, by the numbers of its items; the loss before it. */
  async #advance(items: Int32Array): Promise<number> {
    const { params } = this.#options
    const loss = await this.#model.run(items)
    if (!Number.isFinite(loss))
      throw new StageError(`the loss became ${loss} at step ${this.#step + 1}`, 'Lower the learning rate `rate`.')
    const norm = clipGradient(this.#model.gradient, params.clip)
    if (!Number.isFinite(norm))
      throw new StageError(`the gradient became ${norm} at step ${this.#step + 1}`, 'Lower the learning rate `rate`.')
    this.#losses[this.#step++] = loss
    this.#update(params.rate * rateAt(this.#step, params))
    return loss
  }

  #update(rate: number): void {
    const { optimizer, weightDecay, momentum, beta1, beta2 } = this.#options.params
    const { gradient } = this.#model
    const [weights, decays, first] = [this.weights.flat, this.#decays, this.#first]
    if (optimizer === 'sgd')
      sgdStep({ weights, gradient, velocity: first }, { rate, options: { momentum, weightDecay }, decays })
    else
      adamwStep(
        { weights, gradient, first, second: this.#second },
        { step: this.#step, rate, options: { ...adamDefaults, beta1, beta2, weightDecay }, decays },
      )
  }

  #file(step: number): string {
    return join(this.#options.scratch, `step-${step}.safetensors`)
  }
  /** The last step is among those kept, so a loss that nobody takes any more cannot hide weights that are no numbers. */
  async #keep(): Promise<void> {
    const bad = this.weights.flat.find((weight) => !Number.isFinite(weight))
    if (bad !== undefined)
      throw new StageError(`a weight became ${bad} at step ${this.#step}`, 'Lower the learning rate `rate`.')
    await saveWeights(this.#file(this.#step), this.weights)
  }

  async #save(): Promise<void> {
    const vector = (data: Float32Array): StoredTensor => ({ dtype: 'F32', shape: [data.length], data })
    const state = new Map<string, StoredTensor>([
      ['weights', vector(this.weights.flat)],
      ['first', vector(this.#first)],
      ['second', vector(this.#second)],
      ['losses', { dtype: 'F64', shape: [this.#step], data: this.#losses.slice(0, this.#step) }],
    ])
    await writeSafetensors(join(this.#options.scratch, 'state.safetensors'), state)
  }

  async #restore(): Promise<boolean> {
    const file = join(this.#options.scratch, 'state.safetensors')
    try {
      const state = await readSafetensors(file)
      this.weights.flat.set(state.get('weights')!.data as Float32Array)
      this.#first.set(state.get('first')!.data as Float32Array)
      this.#second.set(state.get('second')!.data as Float32Array)
      const losses = state.get('losses')!.data as Float64Array
      this.#losses.set(losses)
      this.#step = losses.length
      return true
    } catch {
      await rm(file, { force: true }) // absent or half written: start again
      return false
    }
  }

  /** Writes the `checkpoints` artifact's weights and `series.json`. */
  async writeCheckpoints(folder: string): Promise<void> {
    for (const step of this.#options.kept) await copyFile(this.#file(step), join(folder, `step-${step}.safetensors`))
    const series: Series = {
      version: 1,
      members: this.#options.kept.map((step) => ({ file: `step-${step}.safetensors`, chain: 0, draw: 0, step })),
    }
    await writeFile(join(folder, 'series.json'), `${JSON.stringify(series, null, 2)}\n`)
  }

  /** Mean loss over equal stretches of steps, in fp64. */
  curve(): { steps: number[]; losses: number[] } {
    const points = Math.min(curvePoints, this.#losses.length)
    const bounds = Array.from({ length: points + 1 }, (_, i) => Math.round((i * this.#losses.length) / points))
    const mean = (part: Float64Array): number => part.reduce((a, b) => a + b, 0) / part.length
    return {
      steps: bounds.slice(1),
      losses: bounds.slice(1).map((end, i) => mean(this.#losses.subarray(bounds[i], end))),
    }
  }

  close(): Promise<void> {
    return this.#model.close()
  }
}

/** Where weight decay acts: on everything, or on matrices and not on biases and gains. */
function decayMask({ flat, tensors }: Weights, decay: TrainParams['decay']): Uint8Array {
  const mask = new Uint8Array(flat.length)
  let offset = 0
  for (const { data, shape } of tensors.values()) {
    if (decay === 'all' || shape.length > 1) mask.fill(1, offset, offset + data.length)
    offset += data.length
  }
  return mask
}
