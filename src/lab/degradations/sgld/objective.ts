import type { Batch } from '../../../engine/model/differentiable.ts'
import type { Differentiable } from '../../../engine/model/differentiable-network.ts'
import { RandomStream } from '../../../engine/sampling/random.ts'
import type { Evaluate } from '../../../engine/sampling/walk.ts'
import { BatchOrder } from '../../../engine/training/batch-order.ts'
import type { Dataset } from '../../datasets/dataset.ts'
import { batchOf } from '../../datasets/dataset-batch.ts'
import { firstSequences } from '../../datasets/first-sequences.ts'
import { sequenceLosses, type MeasuredModel } from '../../scales/sequence-losses.ts'
import type { SamplerParams } from './params.ts'
import type { SamplerName } from './samplers.ts'
import { samplers } from './samplers.ts'

interface ObjectiveOptions {
  readonly sampler: SamplerName
  readonly params: SamplerParams
  readonly data: Dataset
  readonly seed: string
  readonly model: Differentiable<Batch> | undefined
  readonly forward: MeasuredModel | undefined
}

/** The loss that the chain walks on, with its gradient where the sampler follows one: a mean over tokens, nats a token. */
export function objectiveOf(options: ObjectiveOptions): Evaluate {
  const { model, forward, data } = options
  if (forward !== undefined) {
    const fixed = firstSequences(data, sequencesOf(options))
    return async () => (await meanLoss(forward, fixed)).mean
  }
  const at = chooser(options)
  return (step) => lossOver(model!, data, { sequences: at(step), batch: options.params.batch })
}

/** Sequences of one step. */
export const sequencesOf = ({ params, data }: Pick<ObjectiveOptions, 'params' | 'data'>): number =>
  params.fullBatch === true ? data.sequences : params.batch * (params.accumulate ?? 1)

/** Which sequences a step is of: another minibatch each step, or the same ones. */
function chooser({ sampler, params, data, seed }: ObjectiveOptions): (step: number) => Int32Array {
  if (params.fullBatch === true || samplers[sampler].exact) {
    const fixed = Int32Array.from({ length: sequencesOf({ params, data }) }, (_, i) => i)
    return () => fixed
  }
  const order = new BatchOrder(new RandomStream(seed, 'order'), data.sequences, sequencesOf({ params, data }))
  return (step) => order.batch(step)
}

/**
 * Mean loss over the sequences' tokens at the model's present weights; its gradient lands in the model's own array.
 * More than one batch is taken one after another, each weighted by its tokens; sums in fp64.
 */
export async function lossOver(
  model: Differentiable<Batch>,
  data: Dataset,
  { sequences, batch }: { readonly sequences: Int32Array; readonly batch: number },
): Promise<number> {
  if (sequences.length === batch) return model.run(batchOf(data, sequences))
  const sum = new Float64Array(model.gradient.length)
  let [loss, tokens] = [0, 0]
  for (let first = 0; first < sequences.length; first += batch) {
    const part = paddedBatch(data, sequences.subarray(first, first + batch), batch)
    const count = part.mask.reduce((total, bit) => total + bit, 0)
    if (count === 0) continue
    loss += count * (await model.run(part))
    for (let i = 0; i < sum.length; i++) sum[i]! += count * model.gradient[i]!
    tokens += count
  }
  for (let i = 0; i < sum.length; i++) model.gradient[i] = sum[i]! / tokens
  return loss / tokens
}

/** The last batch may have too few sequences: it is filled up with the first one, of which nothing counts. */
function paddedBatch(data: Dataset, sequences: Int32Array, batch: number): ReturnType<typeof batchOf> {
  const full = new Int32Array(batch).fill(sequences[0]!)
  full.set(sequences)
  const made = batchOf(data, full)
  made.mask.fill(0, sequences.length * data.length)
  return made
}

/** Mean over predicted tokens, nats a token, and how many tokens that is. */
export async function meanLoss(model: MeasuredModel, data: Dataset): Promise<{ mean: number; tokens: number }> {
  const losses = await sequenceLosses(model, data)
  const tokens = losses.tokens.reduce((a, b) => a + b, 0)
  return { mean: losses.nats.reduce((a, b) => a + b, 0) / tokens, tokens }
}
