import type { Decoder } from '../../engine/model/decoder.ts'
import type { Weights } from '../../engine/model/weights.ts'
import type { StageContext } from '../../stage/stage-context.ts'
import { readDataset, type Dataset } from '../datasets/dataset.ts'
import { firstSequences } from '../datasets/first-sequences.ts'
import { checkFits } from '../scales/sequence-losses.ts'
import type { ModelPart } from './model-parts.ts'

interface Means {
  readonly decoder: Decoder
  readonly weights: Weights
  /** Folder of the dataset. */
  readonly data: string
  /** Sequences to use, from the start. */
  readonly evaluate: number
  readonly ctx: Pick<StageContext, 'threads' | 'signal'>
}

/** Sequences run at once. */
const batch = 16

/**
 * Mean of what each part projects into the residual stream, over every token from which another is predicted: one value
 * for each row of its projection; sums in double precision.
 */
export async function meansOf(
  parts: readonly ModelPart[],
  { decoder, weights, data: folder, evaluate, ctx }: Means,
): Promise<Map<string, Float64Array>> {
  const [{ networkGraph }, { decoderNetwork }, { openSession }] = await Promise.all([
    import('../../engine/model/network-graph.ts'),
    import('../../engine/model/networks/decoder-network.ts'),
    import('../../engine/runtime/ort-session.ts'),
  ])
  const data = firstSequences(await readDataset(folder), evaluate)
  checkFits(data, decoder)
  const means = new Map(parts.map(({ name, from, to }) => [name, new Float64Array(to - from)]))
  if (parts.length === 0) return means
  const sizes = { batch: Math.min(batch, data.sequences), length: data.length - 1 }
  const hooks = [...new Set(parts.map(({ hook }) => hook))]
  const { graph, names } = networkGraph(decoderNetwork(decoder), sizes, hooks)
  const session = await openSession(graph, { threads: ctx.threads })
  try {
    for (let first = 0; first < data.sequences; first += sizes.batch) {
      ctx.signal.throwIfAborted()
      const results = await session.run({
        ...Object.fromEntries(weights.tensors),
        tokens: { type: 'int64', shape: [sizes.batch, sizes.length], data: tokensFrom(data, first, sizes.batch) },
      })
      for (const part of parts) {
        const values = results[names.get(part.hook)!]!.data as Float32Array
        addTo(means.get(part.name)!, values, { part, decoder, data, first, batch: sizes.batch })
      }
    }
  } finally {
    await session.close()
  }
  const count = data.mask.reduce((sum, bit) => sum + bit, 0)
  for (const mean of means.values()) for (let i = 0; i < mean.length; i++) mean[i]! /= count
  return means
}

/** All but the last token of each sequence from `first` on, the rest of the batch filled with token 0. */
function tokensFrom({ tokens, sequences, length }: Dataset, first: number, batch: number): BigInt64Array {
  const given = new BigInt64Array(batch * (length - 1))
  for (let i = 0; i < Math.min(batch, sequences - first); i++)
    for (let t = 0; t < length - 1; t++) given[i * (length - 1) + t] = BigInt(tokens[(first + i) * length + t]!)
  return given
}

interface Place {
  readonly part: ModelPart
  readonly decoder: Decoder
  readonly data: Dataset
  readonly first: number
  readonly batch: number
}

/** Adds the part's values at every counted token: of a head [batch, heads, length, width], of an MLP [batch · length, width]. */
function addTo(sum: Float64Array, values: Float32Array, { part, decoder, data, first, batch }: Place): void {
  const steps = data.length - 1
  const width = sum.length
  for (let i = 0; i < Math.min(batch, data.sequences - first); i++)
    for (let t = 0; t < steps; t++) {
      if (data.mask[(first + i) * data.length + t + 1] === 0) continue
      const row = part.head === undefined ? i * steps + t : (i * decoder.heads + part.head) * steps + t
      for (let j = 0; j < width; j++) sum[j]! += values[row * width + j]!
    }
}
