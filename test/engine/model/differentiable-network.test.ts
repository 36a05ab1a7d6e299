import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DifferentiableNetwork, type ExampleBatch } from '../../../src/engine/model/differentiable-network.ts'
import { initialise } from '../../../src/engine/model/initialise.ts'
import type { Network } from '../../../src/engine/model/network.ts'
import type { Objective } from '../../../src/engine/model/objective.ts'
import { loadNetworkWeights, networkOf, readNetwork } from '../../../src/engine/model/read-network.ts'
import { RandomStream } from '../../../src/engine/sampling/random.ts'

const stream = new RandomStream('00000000000000aa', 'other')
const normals = (step: number, count: number): Float32Array => {
  const values = new Float32Array(count)
  stream.normals(step, values)
  return values
}
interface Given {
  readonly objective: Objective
  readonly batch: number
  readonly each: number
  readonly atOnce?: number
}
async function open(network: Network, given: Given): Promise<DifferentiableNetwork> {
  const model = await DifferentiableNetwork.open(network, { ...given, threads: 1 })
  onTestFinished(() => model.close())
  initialise(model.weights, network, stream)
  return model
}

/** Slope of the loss along a random direction, by central differences, beside gradient · direction. */
async function slopes(model: DifferentiableNetwork, batch: ExampleBatch, step: number): Promise<[number, number]> {
  const start = model.weights.flat.slice()
  await model.run(batch)
  const gradient = model.gradient.slice()
  // Along the gradient itself, where the slope is largest against the rounding of fp32.
  const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0))
  const at = async (size: number): Promise<number> => {
    start.forEach((w, i) => (model.weights.flat[i] = w + (size * gradient[i]!) / norm))
    return model.run(batch)
  }
  const [above, below] = [await at(step), await at(-step)]
  model.weights.flat.set(start)
  return [(above - below) / (2 * step), norm]
}

describe('a linear network, whose gradients are known', () => {
  const [batch, each, classes] = [6, 5, 3]
  const inputs = normals(1, batch * each)
  const network = networkOf({ model_type: 'mlp', sizes: [each, classes], bias: false }, 'config.json')
  const outputsOf = (weights: Float32Array): number[][] =>
    Array.from({ length: batch }, (_, i) =>
      Array.from({ length: classes }, (_, c) =>
        Array.from({ length: each }, (_, j) => weights[c * each + j]! * inputs[i * each + j]!).reduce(
          (a, b) => a + b,
          0,
        ),
      ),
    )
  /** Σ over examples of slope · input, as the weights lie. */
  const outer = (slope: number[][]): number[] =>
    Array.from({ length: classes * each }, (_, k) =>
      slope.reduce((sum, row, i) => sum + row[Math.floor(k / each)]! * inputs[i * each + (k % each)]!, 0),
    )
  const close = (gradient: Float32Array, wanted: readonly number[]): void => {
    wanted.forEach((value, i) => expect(Math.abs(gradient[i]! - value)).toBeLessThan(1e-6))
  }

  it('has (softmax − one-hot)·x for classes', async () => {
    const model = await open(network, { objective: { kind: 'classes' }, batch, each })
    const targets = Int32Array.from({ length: batch }, (_, i) => i % classes)
    const loss = await model.run({ inputs, targets })
    const odds = outputsOf(model.weights.flat).map((row) => {
      const sum = row.reduce((total, value) => total + Math.exp(value), 0)
      return row.map((value) => Math.exp(value) / sum)
    })
    expect(loss).toBeCloseTo(odds.reduce((sum, row, i) => sum - Math.log(row[targets[i]!]!), 0) / batch, 5)
    close(model.gradient, outer(odds.map((row, i) => row.map((p, c) => (p - Number(c === targets[i])) / batch))))
  })

  it('has 2(y − t)·x over outputs for squares', async () => {
    const model = await open(network, { objective: { kind: 'squared' }, batch, each })
    const targets = normals(2, batch * classes)
    const loss = await model.run({ inputs, targets })
    const gaps = outputsOf(model.weights.flat).map((row, i) => row.map((y, c) => y - targets[i * classes + c]!))
    expect(loss).toBeCloseTo(gaps.flat().reduce((sum, gap) => sum + gap * gap, 0) / (batch * classes), 5)
    close(model.gradient, outer(gaps.map((row) => row.map((gap) => (2 * gap) / (batch * classes)))))
  })

  it('takes an output of the network as the loss itself', async () => {
    const one = networkOf({ model_type: 'mlp', sizes: [each, 1], bias: false }, 'config.json')
    const model = await open(one, { objective: { kind: 'value', output: 'logits' }, batch, each })
    await model.run({ inputs, targets: new Int32Array(0) })
    const mean = Array.from({ length: each }, (_, j) => {
      return Array.from({ length: batch }, (_, i) => inputs[i * each + j]! / batch).reduce((a, b) => a + b, 0)
    })
    close(model.gradient, mean)
    await expect(open(network, { objective: { kind: 'value', output: 'logits' }, batch, each })).rejects.toThrow(
      /a loss is one number, or one for each of 6 examples/,
    )
    await expect(open(network, { objective: { kind: 'value', output: 'lost' }, batch, each })).rejects.toThrow(
      /no output or hook point "lost"; its outputs are logits/,
    )
  })

  it('gives the same gradient in parts', async () => {
    const targets = Int32Array.from({ length: batch }, (_, i) => i % classes)
    const whole = await open(network, { objective: { kind: 'classes' }, batch, each })
    const parts = await open(network, { objective: { kind: 'classes' }, batch, each, atOnce: 2 })
    expect(parts.weights.flat).toEqual(whole.weights.flat)
    expect(await parts.run({ inputs, targets })).toBeCloseTo(await whole.run({ inputs, targets }), 6)
    close(parts.gradient, Array.from(whole.gradient))
  })
})

describe('gradients against finite differences', () => {
  const sizes = { d_vocab: 7, n_ctx: 4, d_model: 12, n_heads: 3, d_mlp: 20, act_fn: 'gelu', n_layers: 2 }
  const tokens = Int32Array.from({ length: 8 * 4 }, (_, i) => (3 * i + Math.floor(i / 5)) % 7)
  const targets = Int32Array.from({ length: 8 }, (_, i) => (2 * i) % 7)
  it.each([
    ['no norm', { normalization_type: null }],
    ['LayerNorm', { normalization_type: 'LN' }],
    ['attention only', { normalization_type: 'LNPre', attn_only: true }],
    ['looking ahead, no softmax', { attention_dir: 'bidirectional', attention_share: 0.3, attention_bias: false }],
    ['other classes', { d_vocab_out: 9, unembed_bias: false, act_fn: 'silu' }],
  ])('a small transformer: %s', async (_, more) => {
    const network = networkOf({ model_type: 'transformer_lens', ...sizes, ...more }, 'config.json')
    const model = await open(network, { objective: { kind: 'classes' }, batch: 8, each: 4 })
    const [measured, norm] = await slopes(model, { inputs: tokens, targets }, 2.5e-3)
    // Central differences in fp32. Their own error falls fourfold as the step halves; here it is 3.5e-4 at most, with
    // LayerNorm, where the loss bends most.
    expect(Math.abs(measured / norm - 1)).toBeLessThan(1e-3)
  })

  it('a multilayer perceptron of token sums', async () => {
    const network = networkOf({ model_type: 'mlp', sizes: [7, 16, 7], tokens: 4, activation: 'tanh' }, 'config.json')
    const model = await open(network, { objective: { kind: 'classes' }, batch: 8, each: 4 })
    const [measured, norm] = await slopes(model, { inputs: tokens, targets }, 1e-2)
    expect(Math.abs(measured / norm - 1)).toBeLessThan(3e-3)
  })

  it('a convolutional network from a file, whose graph takes one example at once', async () => {
    const file = new URL('../../../../shared/real/mnist_onnx/mnist-8.onnx', import.meta.url).pathname
    const folder = await mkdtemp(join(tmpdir(), 'assay-gradient-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await copyFile(file, join(folder, 'model.onnx'))
    const network = await readNetwork(folder)
    const model = await open(network, { objective: { kind: 'classes' }, batch: 4, each: 784 })
    await loadNetworkWeights(folder, network, model.weights)
    const inputs = normals(3, 4 * 784).map((value) => Math.abs(value))
    const [measured, norm] = await slopes(model, { inputs, targets: Int32Array.of(3, 1, 4, 1) }, 1e-3)
    expect(Math.abs(measured / norm - 1)).toBeLessThan(1e-2)
  })
})
