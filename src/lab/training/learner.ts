import { DifferentiableModel } from '../../engine/model/differentiable.ts'
import { DifferentiableNetwork, type ExampleBatch } from '../../engine/model/differentiable-network.ts'
import type { Network } from '../../engine/model/network.ts'
import type { Objective } from '../../engine/model/objective.ts'
import type { Weights } from '../../engine/model/weights.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { Dataset } from '../datasets/dataset.ts'
import type { ExampleSet } from '../datasets/example-set.ts'
import { pickExamples } from '../datasets/example-set.ts'
import { batchOf } from '../datasets/dataset-batch.ts'

/** What a network is trained on, or sampled on: text for the next token, or examples with answers. */
export type LearningData = { readonly text: Dataset } | { readonly examples: ExampleSet }

/** Mean loss and its gradient over items of one set of data, chosen by their numbers. */
export interface Learner {
  /** Sequences or examples there are. */
  readonly items: number
  readonly weights: Weights
  readonly gradient: Float32Array
  /** Mean loss over a batch of the size the learner was opened with; fills `gradient`. */
  run(items: Int32Array): Promise<number>
  close(): Promise<void>
}

export interface LearnerOptions {
  readonly network: Network
  readonly data: LearningData
  readonly batch: number
  /** Parts that a batch is taken in, one after the other. */
  readonly accumulate?: number
  readonly threads: number
  /** Left out: what the data asks for. */
  readonly objective?: Objective
  readonly arrays?: { readonly weights: Float32Array; readonly gradient: Float32Array }
}

/** Throws StageError, and the engine's errors, for data that does not fit the network. */
export function openLearner(options: LearnerOptions): Promise<Learner> {
  const { batch, accumulate = 1 } = options
  if (batch % accumulate !== 0)
    throw new StageError(
      `a batch of ${batch} cannot be taken in ${accumulate} equal parts`,
      'Let accumulate divide batch.',
    )
  return 'text' in options.data ? openText(options, options.data.text) : openExamples(options, options.data.examples)
}

async function openText(
  { network, batch, accumulate = 1, threads, arrays }: LearnerOptions,
  text: Dataset,
): Promise<Learner> {
  const { decoder } = network
  if (decoder === undefined || decoder.noLanguageModel !== undefined)
    throw new StageError(
      `a network of type ${network.type} learns no text: ${decoder?.noLanguageModel ?? 'it does not predict tokens'}`,
      'Give it examples instead.',
    )
  const size = batch / accumulate
  const options = { batch: size, length: text.length, threads, ...(arrays === undefined ? {} : { arrays }) }
  const model = await DifferentiableModel.open(decoder, options)
  return {
    items: text.sequences,
    weights: model.weights,
    gradient: model.gradient,
    run: (items) => (accumulate === 1 ? model.run(batchOf(text, items)) : inParts(model, text, { items, size })),
    close: () => model.close(),
  }
}

/** The mean over all predicted tokens of the batch: each part counts by its own; sums in fp64. */
async function inParts(
  model: DifferentiableModel,
  text: Dataset,
  { items, size }: { readonly items: Int32Array; readonly size: number },
): Promise<number> {
  const sum = new Float64Array(model.gradient.length)
  let [loss, tokens] = [0, 0]
  for (let first = 0; first < items.length; first += size) {
    const part = batchOf(text, items.subarray(first, first + size))
    const count = part.mask.reduce((total, bit) => total + bit, 0)
    if (count === 0) continue
    loss += count * (await model.run(part))
    for (let i = 0; i < sum.length; i++) sum[i]! += count * model.gradient[i]!
    tokens += count
  }
  for (let i = 0; i < sum.length; i++) model.gradient[i] = sum[i]! / tokens
  return loss / tokens
}

async function openExamples(options: LearnerOptions, examples: ExampleSet): Promise<Learner> {
  const { network, batch, accumulate = 1, threads, arrays } = options
  const { targets } = examples
  const objective = options.objective ?? { kind: targets.kind === 'class' ? 'classes' : 'squared' }
  if (
    (objective.kind === 'classes' && targets.kind !== 'class') ||
    (objective.kind === 'squared' && targets.kind !== 'number')
  )
    throw new StageError(
      `the answers of the examples are ${targets.kind === 'class' ? 'classes' : 'numbers'}, the objective ${objective.kind} is not for those`,
    )
  const model = await DifferentiableNetwork.open(network, {
    objective,
    batch,
    each: examples.inputs.length / examples.examples,
    atOnce: batch / accumulate,
    threads,
    ...(arrays === undefined ? {} : { arrays }),
  })
  const batchFrom = (items: Int32Array): ExampleBatch => {
    const picked = pickExamples(examples, items)
    return { inputs: picked.inputs, targets: picked.targets.data }
  }
  return {
    items: examples.examples,
    weights: model.weights,
    gradient: model.gradient,
    run: (items) => model.run(batchFrom(items)),
    close: () => model.close(),
  }
}
