import { DifferentiableModel, type Batch } from '../../src/engine/model/differentiable.ts'
import { decoderOf } from '../../src/engine/model/config.ts'
import { decoderSize } from '../../src/engine/model/decoder.ts'
import { RandomStream } from '../../src/engine/sampling/random.ts'
import { fromTemperature, SgldArrays } from '../../src/engine/sampling/sgld.ts'
import type { BenchCase, Row } from '../bench-case.ts'
import { matmul, matmulOperations } from '../matmul.ts'
import { measure, type Timed, type Timing } from '../measure.ts'

/** The shape of the shipped model and of the batches it is sampled with; stages run on one thread. */
const decoder = decoderOf(
  { model_type: 'gpt2', vocab_size: 512, n_positions: 20, n_embd: 64, n_layer: 2, n_head: 4 },
  'config.json',
)
const batch = 64
const length = 20
const threads = 1
const stream = new RandomStream('0123456789abcdef', 'noise')

/**
 * A step of SGLD against the rate at which the same runtime multiplies large matrices here and now: the least time a
 * step could take is its 6 · parameters · tokens floating-point operations (2 forward, 4 backward; Kaplan et al. 2020)
 * at that rate.
 */
export const sgldStepCase: BenchCase = {
  name: 'sgld-step',
  title: `SGLD step, ${batch} × ${length - 1} tokens, ${threads} thread`,
  run: async () => {
    const arrays = new SgldArrays(decoderSize(decoder), threads)
    const model = await DifferentiableModel.open(decoder, { batch, length, threads, arrays })
    const product = await matmul(threads)
    try {
      const [limit, ...parts] = await measure([product, ...step(model, arrays)], { rounds: 60, warmup: 10 })
      return rows(limit!, parts, model.weights.flat.length)
    } finally {
      await model.close()
      await product.close()
    }
  },
}

function rows(limit: Timing, parts: readonly Timing[], parameters: number): Row[] {
  const rate = matmulOperations / limit.median
  const least = (6 * parameters * batch * (length - 1)) / rate
  const share = ({ median }: Timing): string => `${((100 * least) / median).toFixed(0)} % of the matmul limit`
  return [
    { ...limit, note: `${(rate / 1e9).toFixed(0)} GFLOP/s` },
    // Noise and update are bound by memory and by their own arithmetic, not by this limit.
    ...parts.map((part) => (part.name.startsWith('update') ? part : { ...part, note: share(part) })),
  ]
}

function step(model: DifferentiableModel, arrays: SgldArrays): Timed[] {
  arrays.weights.set(normals(arrays.weights.length).map((value) => 0.02 * value))
  arrays.start.set(arrays.weights)
  const tokens = stream.integers(1, { count: batch * length, below: decoder.vocabulary })
  const data: Batch = { tokens, mask: new Uint8Array(tokens.length).fill(1) }
  const dynamics = fromTemperature({ eta: 0.05, kappa: 1, nbeta: 3000 })
  let at = 0
  const slope = { name: 'forward and backward', run: () => model.run(data) }
  const move = {
    name: 'update with noise',
    run: () => {
      arrays.step(dynamics, stream, ++at)
    },
  }
  const whole = {
    name: `whole step, ${(arrays.weights.length / 1000).toFixed(0)}k parameters`,
    run: async () => {
      await slope.run()
      move.run()
    },
  }
  return [slope, move, whole]
}

function normals(count: number): Float32Array {
  const values = new Float32Array(count)
  stream.normals(0, values)
  return values
}
