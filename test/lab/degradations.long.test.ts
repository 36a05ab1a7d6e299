import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { Metrics } from '../../src/stage/metrics.ts'
import type { StageInput } from '../../src/stage/artifact.ts'
import { RandomStream } from '../../src/engine/sampling/random.ts'
import { addNoise } from '../../src/lab/degradations/noise.ts'
import { hasNanoSort, sortedShare } from './degradations/nano-sort.ts'
import { below, real, realModel } from './real.ts'
import { pathOf, runKind, valueOf } from './run-kind.ts'
import { scratchContext } from './scratch-context.ts'

/** Accuracies after rounding to b bits, and [mean, least, most] of five draws of noise of size s. */
interface Table {
  readonly base: number
  readonly quant: Readonly<Record<string, number>>
  readonly noise: Readonly<Record<string, readonly [number, number, number]>>
}
const tableOf = async (model: string): Promise<Table> =>
  (JSON.parse(await readFile(real('REFERENCE.json').path!, 'utf8')) as { scale: Record<string, Table> }).scale[model]!

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const spread = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1))

/**
 * The table has the mean of five draws, so it lies within 2.58 standard errors of the difference of two means in 99 of
 * 100 cases; rows share their draws, so they are as good as one case. The least that one right answer more makes is allowed.
 */
function agrees(
  own: readonly number[],
  [table]: readonly [number, number, number],
  { step, deviation = spread(own) }: { readonly step: number; readonly deviation?: number },
): void {
  const reach = 2.58 * Math.hypot(deviation / Math.sqrt(5), spread(own) / Math.sqrt(own.length)) + step
  expect(Math.abs(mean(own) - table), `${mean(own)} ± ${spread(own)}, table ${table}`).toBeLessThan(reach)
}

describe.skipIf(!hasNanoSort)('the tables of the real models', () => {
  describe('adding modulo 59', () => {
    const name = 'pizza_modadd59/model_p99zdpze5l'
    const accuracies = async (use: string, given: object): Promise<number[]> => {
      const ctx = await scratchContext()
      const model = await realModel(ctx, `${name}.safetensors`, 'pizza')
      const made = await runKind(use, { with: given, inputs: { model }, ctx: await below(ctx, 'made') })
      const ensemble: StageInput = { type: 'ensemble', path: pathOf(made['model']) }
      const found = await runKind('modular-addition', { with: { modulus: 59 }, inputs: { model: ensemble }, ctx })
      return (valueOf(found['metrics']) as Metrics).metrics['accuracy']!.values.flat()
    }

    test('rounding', async () => {
      for (const [bits, accuracy] of Object.entries((await tableOf(name)).quant)) {
        const [found] = await accuracies('quantize', { bits: Number(bits) })
        // The reference was computed in fp64: where two logits nearly tie, an input may fall on the other side.
        expect(Math.abs(found! - accuracy), `${bits} bits`).toBeLessThan(3 / 3481)
      }
    })
    test('noise', async () => {
      const { noise } = await tableOf(name)
      for (const scale of ['0.1', '0.3', '0.5', '1.0'])
        agrees(await accuracies('noise', { scale: Number(scale), draws: 20 }), noise[scale]!, { step: 1 / 3481 })
    })
  })

  test('MNIST, first 2000 digits: noise', async () => {
    const ctx = await scratchContext()
    const { examples } = await runKind('examples', {
      with: { limit: 2000 },
      inputs: {
        path: real('mnist_t10k/t10k-images-idx3-ubyte.gz'),
        labels: real('mnist_t10k/t10k-labels-idx1-ubyte.gz'),
      },
      ctx: await below(ctx, 'digits'),
    })
    const data: StageInput = { type: 'examples', path: pathOf(examples) }
    const model = await realModel(ctx, 'mnist_onnx/mnist-8.onnx')
    const { noise } = await tableOf('mnist_onnx/mnist-8.onnx')
    for (const scale of ['0.1', '0.3', '0.5', '1.0']) {
      const at = await below(ctx, `noise-${scale}`)
      const made = await runKind('noise', { with: { scale: Number(scale), draws: 20 }, inputs: { model }, ctx: at })
      const ensemble: StageInput = { type: 'ensemble', path: pathOf(made['model']) }
      const found = await runKind('classification', { inputs: { model: ensemble, data }, ctx: at })
      agrees((valueOf(found['metrics']) as Metrics).metrics['accuracy']!.values.flat(), noise[scale]!, {
        step: 1 / 2000,
      })
    }
  })

  test('sorting: noise', async () => {
    const { noise } = await tableOf('llmviz_gpt_nano_sort/gpt-nano-sort')
    // An fp64 implementation of the same definition in another language gives over 100 seeds, of which the first five are
    // the table's rows to every digit, these means, standard errors and deviations. The five seeds lie two standard errors
    // above the mean in the last two rows, which are the same seeds.
    const long: Readonly<Record<string, readonly [number, number, number]>> = {
      '0.3': [0.9493, 0.0077, 0.0773],
      '0.5': [0.7212, 0.0194, 0.1944],
      '1.0': [0.202, 0.0162, 0.1624],
    }
    for (const [scale, [expected, error, deviation]] of Object.entries(long)) {
      const own: number[] = []
      for (let draw = 0; draw < 24; draw++)
        own.push(
          await sortedShare((weights) => {
            const stream = new RandomStream('00000000000000ca', 'noise')
            addNoise(weights, { scale: Number(scale), relative: 'tensor', stream, draw })
          }),
        )
      agrees(own, noise[scale]!, { step: 1 / 729, deviation })
      // Four standard errors of the difference.
      const reach = 4 * Math.hypot(error, spread(own) / Math.sqrt(own.length))
      expect(Math.abs(mean(own) - expected), `noise ${scale}: ${mean(own)}`).toBeLessThan(reach)
    }
  })
})
