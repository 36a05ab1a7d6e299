import type { Batch } from '../../../engine/model/differentiable.ts'
import type { Differentiable } from '../../../engine/model/differentiable-network.ts'
import { DifferentiableNetwork } from '../../../engine/model/differentiable-network.ts'
import type { Network } from '../../../engine/model/network.ts'
import type { OpenNetwork } from '../../../engine/model/open-network.ts'
import { openNetwork } from '../../../engine/model/open-network.ts'
import { pickExamples } from '../../datasets/example-set.ts'
import { exampleLosses } from '../../scales/example-losses.ts'
import type { MeasuredModel } from '../../scales/sequence-losses.ts'
import type { ExamplesAsText, ExampleShelf } from './examples-as-text.ts'

interface Opening {
  readonly folder: string
  readonly network: Network
  readonly data: ExamplesAsText
  readonly threads: number
}

/** The gradient over batches of examples, asked for by their places. */
export async function openExampleGradient(
  { network, data, threads }: Opening,
  {
    batch,
    arrays,
  }: { readonly batch: number; readonly arrays: { readonly weights: Float32Array; readonly gradient: Float32Array } },
): Promise<Differentiable<Batch>> {
  const { set } = data.shelf.setOf(0)
  const model = await DifferentiableNetwork.open(network, {
    objective: { kind: set.targets.kind === 'class' ? 'classes' : 'squared' },
    batch,
    each: set.inputs.length / set.examples,
    threads,
    arrays,
  })
  return {
    weights: model.weights,
    gradient: model.gradient,
    run: ({ tokens, mask }) => {
      const places = Array.from({ length: batch }, (_, i) => tokens[2 * i + 1]!)
      const picked = pickExamples(set, places)
      const counts = Float32Array.from({ length: batch }, (_, i) => mask[2 * i + 1]!)
      return model.run({ inputs: picked.inputs, targets: picked.targets.data, counts })
    },
    close: () => model.close(),
  }
}

/** The losses of examples, asked for by their places, on the weights that `flat` holds. */
export async function openExampleLosses(
  { folder, data, threads }: Opening,
  flat: Float32Array,
): Promise<MeasuredModel> {
  const network = await openNetwork(folder, { threads, weights: null, flat })
  return {
    context: 2,
    vocabulary: data.vocabulary,
    loadWeights: (file) => network.loadWeights(file),
    tokenLosses: (tokens) => lossesAt(network, data.shelf, tokens),
    close: () => network.close(),
  }
}

async function lossesAt(network: OpenNetwork, shelf: ExampleShelf, tokens: Int32Array): Promise<Float32Array> {
  const { from, set } = shelf.setOf(tokens[0] ?? 0)
  const places = Array.from({ length: tokens.length / 2 }, (_, i) => tokens[2 * i + 1]! - from)
  const { nats } = await exampleLosses(network, pickExamples(set, places))
  return Float32Array.from(nats)
}
