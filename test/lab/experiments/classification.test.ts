import { describe, expect, it } from 'vitest'
import { mkdir, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MetricSamples } from '../../../src/stage/metrics.ts'
import type { StageInput } from '../../../src/stage/artifact.ts'
import type { StageContext } from '../../../src/stage/stage-context.ts'
import { below, real, realModel } from '../real.ts'
import { pathOf, runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

type Outputs = Awaited<ReturnType<typeof runKind>>
const metric = (outputs: Outputs, name: string): readonly number[] =>
  (valueOf(outputs['metrics']) as { metrics: Record<string, MetricSamples> }).metrics[name]!.values.flat()

async function digits(ctx: StageContext, options: object = {}): Promise<StageInput> {
  const { examples } = await runKind('examples', {
    with: options,
    inputs: {
      path: real('mnist_t10k/t10k-images-idx3-ubyte.gz'),
      labels: real('mnist_t10k/t10k-labels-idx1-ubyte.gz'),
    },
    ctx: await below(ctx, 'digits'),
  })
  return { type: 'examples', path: pathOf(examples) }
}
interface Reference {
  readonly scale: Record<string, { readonly base: number; readonly quant: Record<string, number> }>
}
const reference = (JSON.parse(readFileSync(real('REFERENCE.json').path!, 'utf8')) as Reference).scale[
  'mnist_onnx/mnist-8.onnx'
]!

describe('classification', () => {
  it('reproduces the accuracy of a real network on the whole MNIST test set, and its classes add up', async () => {
    const ctx = await scratchContext()
    const [model, data] = [await realModel(ctx, 'mnist_onnx/mnist-8.onnx'), await digits(ctx)]
    const outputs = await runKind('classification', { inputs: { model, data }, ctx })
    expect(metric(outputs, 'accuracy')).toEqual([0.9891])
    const { classes } = valueOf(outputs['classes']) as {
      classes: { class: number; examples: number; accuracy: number; loss: number }[]
    }
    expect(classes.map((one) => one.class)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(classes.reduce((sum, one) => sum + one.examples, 0)).toBe(10_000)
    expect(classes.reduce((sum, one) => sum + one.examples * one.accuracy, 0) / 10_000).toBeCloseTo(0.9891, 10)
    expect(classes.reduce((sum, one) => sum + one.examples * one.loss, 0) / 10_000).toBeCloseTo(
      metric(outputs, 'loss')[0]!,
      10,
    )
    expect(metric(outputs, 'worst-class')[0]).toBe(Math.min(...classes.map((one) => one.accuracy)))
  })

  it('reproduces the table of the same network rounded to few bits, first 2000 digits', async () => {
    const ctx = await scratchContext()
    const [model, data] = [await realModel(ctx, 'mnist_onnx/mnist-8.onnx'), await digits(ctx, { limit: 2000 })]
    const found: Record<string, number> = {}
    for (const bits of [8, 5, 4, 3, 2]) {
      const at = await below(ctx, `bits-${bits}`)
      const degraded = await runKind('quantize', { with: { bits }, inputs: { model, measured: data }, ctx: at })
      const ensemble: StageInput = { type: 'ensemble', path: pathOf(degraded['model']) }
      const outputs = await runKind('classification', { inputs: { model: ensemble, data }, ctx: at })
      found[bits] = metric(outputs, 'accuracy')[0]!
      const { metrics } = valueOf(degraded['loss']) as { metrics: Record<string, MetricSamples> }
      expect(metrics['loss']!.unit).toBe('nats')
    }
    // fp32 here, fp64 there: a digit on the edge of two classes may fall either way.
    for (const [bits, accuracy] of Object.entries(found))
      expect(Math.abs(accuracy - reference.quant[bits]!), `${bits} bits`).toBeLessThanOrEqual(1 / 2000)
  })

  it('says where examples and network do not fit', async () => {
    const ctx = await scratchContext()
    const model = await realModel(ctx, 'mnist_onnx/mnist-8.onnx')
    await mkdir(ctx.scratch, { recursive: true })
    const file = join(ctx.scratch, 'few.csv')
    await writeFile(file, '1,2,3,0\n4,5,6,1\n')
    const { examples } = await runKind('examples', {
      inputs: { path: { type: 'path', path: file } },
      ctx: await below(ctx, 'few'),
    })
    const data: StageInput = { type: 'examples', path: pathOf(examples) }
    await expect(runKind('classification', { inputs: { model, data }, ctx })).rejects.toThrow(
      /an example has 3 numbers, the network reads 784/,
    )
  })
})
