import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { trainSae } from '../../../../src/lab/training/sae/sae-trainer.ts'
import type { Metrics } from '../../../../src/stage/metrics.ts'
import { seededRandom } from '../../../../src/lab/random.ts'
import { tinyFile, tinyModel } from '../../experiments/tiny-pairs.ts'
import { pathOf, runKind, valueOf } from '../../run-kind.ts'
import { scratchContext } from '../../scratch-context.ts'

describe('train-sae', () => {
  it('finds the directions that sparse data is made of', async () => {
    // Each row is one of eight orthogonal directions at a random length: a dictionary of eight reconstructs it.
    const random = seededRandom('0a', 'rows')
    const x = new Float32Array(2000 * 8)
    for (let i = 0; i < 2000; i++) x[i * 8 + random.below(8)] = 1 + random.uniform()
    const training = { features: 16, k: 1, l1: 0, steps: 600, batch: 64, rate: 0.01 }
    const { trace } = await trainSae(x, 8, { training, ctx: await scratchContext() })
    // One of eight at a time, the mean direction aside: far below the variance of 1 that it starts near.
    expect(trace.at(-1)!.residual).toBeLessThan(0.1)
    expect(trace.at(-1)!.active).toBe(1)
  })
  it('makes the same bytes from the same seed, and what sae then measures is better than nothing', async () => {
    const texts = { path: tinyFile('validation.txt'), tokenizer: tinyModel }
    const made = await runKind('text', { with: { limit: 100 }, inputs: texts, ctx: await scratchContext() })
    const data = { type: 'dataset' as const, path: pathOf(made['dataset']) }
    const once = async (): Promise<string> => {
      const given = { layer: 0, features: 128, k: 16, steps: 300, batch: 128 }
      const trained = await runKind('train-sae', {
        with: given,
        inputs: { model: tinyModel, data },
        ctx: await scratchContext(),
      })
      return pathOf(trained['sae'])
    }
    const [file, again] = [await once(), await once()]
    expect(await readFile(file)).toEqual(await readFile(again))
    const inputs = { model: tinyModel, data, sae: { type: 'record' as const, path: file } }
    const measured = await runKind('sae', { with: { layer: 0 }, inputs, ctx: await scratchContext() })
    const { metrics } = valueOf(measured['metrics']) as Metrics
    expect(metrics['explained-variance']!.values[0]![0]).toBeGreaterThan(0.5)
    expect(metrics['ce-score']!.values[0]![0]).toBeGreaterThan(0.5)
    expect(metrics['l0']!.values[0]![0]).toBeLessThanOrEqual(16)
  })
})
