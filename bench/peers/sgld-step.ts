import { createInterface } from 'node:readline'
import { decoderOf } from '../../src/engine/model/config.ts'
import { decoderSize } from '../../src/engine/model/decoder.ts'
import { DifferentiableModel } from '../../src/engine/model/differentiable.ts'
import { RandomStream } from '../../src/engine/sampling/random.ts'
import { SgldArrays } from '../../src/engine/sampling/sgld.ts'
import type { DecoderShape, Steps } from '../step-peer.ts'

// The engine's side of `npm run bench -- pytorch`; the same words on standard input and output as `sgld_step.py`.
const { layers, width, heads, vocabulary, length, batch, threads } = JSON.parse(process.argv[2]!) as DecoderShape
const sizes = { vocab_size: vocabulary, n_positions: length, n_embd: width, n_layer: layers, n_head: heads }
const decoder = decoderOf({ model_type: 'gpt2', ...sizes }, 'config.json')
const arrays = new SgldArrays(decoderSize(decoder), threads)
const model = await DifferentiableModel.open(decoder, { batch, length: length + 1, threads, arrays })
const stream = new RandomStream('0123456789abcdef', 'noise')
const dynamics = { epsilon: 1e-5, nbeta: 10, gamma: 100 }
begin()

let at = 0
for await (const line of createInterface(process.stdin)) {
  const steps: Steps = { slope: [], update: [], peak: 0 }
  for (let i = 0; i < Number(line); i++) await step(steps)
  process.stdout.write(`${JSON.stringify({ ...steps, peak: process.resourceUsage().maxRSS / 1024 })}\n`)
}

async function step({ slope, update }: Steps): Promise<void> {
  const tokens = stream.integers(++at, { count: batch * (length + 1), below: vocabulary })
  const begun = performance.now()
  await model.run({ tokens, mask: new Uint8Array(tokens.length).fill(1) })
  const middle = performance.now()
  arrays.step(dynamics, stream, at)
  slope.push((middle - begun) / 1000)
  update.push((performance.now() - middle) / 1000)
}

/** Weights as drawn for training, a piece at a time: the numbers of all at once would count among the peak memory. */
function begin(): void {
  const piece = new Float32Array(2 ** 20)
  for (let from = 0; from < arrays.weights.length; from += piece.length) {
    stream.normals(2 ** 30 + from / piece.length, piece)
    const part = arrays.weights.subarray(from, from + piece.length)
    for (let i = 0; i < part.length; i++) part[i] = 0.02 * piece[i]!
  }
  for (const [name, { data }] of model.weights.tensors) if (/ln_.*\.weight$/.test(name)) (data as Float32Array).fill(1)
  arrays.start.set(arrays.weights)
}
