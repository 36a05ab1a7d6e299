import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeSafetensors } from '../../../../src/engine/model/safetensors.ts'
import { RandomStream } from '../../../../src/engine/sampling/random.ts'
import { writeExamples } from '../../../../src/lab/datasets/example-set.ts'
import { ExampleShelf } from '../../../../src/lab/degradations/sgld/examples-as-text.ts'
import type { ChainRecord } from '../../../../src/lab/degradations/sgld/record.ts'
import { estimate } from '../../../../src/lab/statistics/estimate.ts'
import type { StageInput } from '../../../../src/stage/artifact.ts'
import type { StageContext } from '../../../../src/stage/stage-context.ts'
import { below, real, realModel } from '../../real.ts'
import { pathOf, runKind, valueOf } from '../../run-kind.ts'
import { scratchContext } from '../../scratch-context.ts'

const stream = new RandomStream('00000000000000bb', 'other')
const normals = (step: number, count: number): Float32Array => {
  const values = new Float32Array(count)
  stream.normals(step, values)
  return values
}

/** y = w·x in three dimensions, at its minimum, and the Hessian's eigenvalues of mean (y − t)². */
async function linear(
  ctx: StageContext,
): Promise<{ model: StageInput; data: StageInput; curvature: readonly number[] }> {
  const folder = join(ctx.scratch, 'linear')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'mlp', sizes: [3, 1], bias: false }))
  const weight = Float32Array.of(1, -2, 0.5)
  await writeSafetensors(
    join(folder, 'model.safetensors'),
    new Map([['layers.0.weight', { dtype: 'F32', shape: [1, 3], data: weight }]]),
  )
  const examples = 32
  // Columns ±a, so that XᵀX is diagonal and its eigenvalues are known.
  const scales = [1, 0.5, 2]
  const sign = (i: number, j: number): number => ((i >> j) & 1 ? 1 : -1)
  const inputs = Float32Array.from({ length: 3 * examples }, (_, k) => scales[k % 3]! * sign(Math.floor(k / 3), k % 3))
  const targets = Float32Array.from({ length: examples }, (_, i) =>
    weight.reduce((sum, w, j) => sum + w * inputs[3 * i + j]!, 0),
  )
  const path = join(ctx.scratch, 'examples')
  await writeExamples(path, {
    examples,
    shape: [3],
    inputs,
    targets: { kind: 'number', width: 1, data: targets },
    normalisation: 'none',
  })
  return {
    model: { type: 'model', path: folder },
    data: { type: 'examples', path },
    curvature: scales.map((a) => 2 * a * a),
  }
}

describe('sampling on examples', () => {
  it('has the mean energy of a quadratic posterior, its step size included', async () => {
    const ctx = await scratchContext()
    const { model, data, curvature } = await linear(ctx)
    const [nbeta, eta, kappa] = [50, 0.2, 0.5]
    const outputs = await runKind('sgld-chain', {
      with: {
        nbeta,
        eta,
        kappa,
        batch: 32,
        fullBatch: true,
        burnin: 200,
        draws: 300,
        every: 15,
        chain: 0,
        evaluate: 32,
      },
      inputs: { model, data },
      ctx,
    })
    const record = valueOf(outputs['record']) as ChainRecord
    expect(record.startLoss).toBeLessThan(1e-12)
    // A Langevin step on a quadratic of curvature a = nβh + γ has the variance 1/(a(1 − εa/4)); ΔL = ½ Σ h · variance.
    const [epsilon, gamma] = [eta / nbeta, kappa * nbeta]
    const exact = curvature.reduce((sum, h) => {
      const a = nbeta * h + gamma
      return sum + (0.5 * h) / (a * (1 - (epsilon * a) / 4))
    }, 0)
    const losses = record.draws.map(({ loss }) => loss)
    const { mean, se } = estimate({ unit: 'nats', values: [losses], items: 1 }, 0.025)
    expect(Math.abs(mean - exact)).toBeLessThan(4 * se)
    expect(se / exact).toBeLessThan(0.1)
  })

  it('samples around a real network that is no language model, whose loss it starts from', async () => {
    const ctx = await scratchContext()
    const model = await realModel(ctx, 'modadd_grok_checkpoints/36000.safetensors', 'grokking')
    const { examples } = await runKind('examples', {
      with: { modulus: 23 },
      inputs: { path: real('modadd_grok_checkpoints/train_data.json') },
      ctx: await below(ctx, 'train'),
    })
    const data: StageInput = { type: 'examples', path: pathOf(examples) }
    const outputs = await runKind('sgld-chain', {
      with: { nbeta: 200, batch: 64, burnin: 20, draws: 3, every: 5, chain: 0, evaluate: 396 },
      inputs: { model, data },
      ctx,
    })
    const record = valueOf(outputs['record']) as ChainRecord
    expect(record.startLoss).toBeLessThan(1e-3)
    expect(record.tokens).toBe(396)
    record.draws.forEach(({ loss }) => expect(loss).toBeGreaterThan(record.startLoss))
    const measured = await runKind('loss', {
      inputs: { model: { type: 'ensemble', path: pathOf(outputs['draws']) }, data },
      ctx: await below(ctx, 'loss'),
    })
    const { metrics } = valueOf(measured['metrics']) as { metrics: { loss: { values: number[][] } } }
    metrics.loss.values[0]!.forEach((loss, i) => expect(loss).toBeCloseTo(record.draws[i]!.loss, 5))
  })

  it('gives sets that were read one after another different places', () => {
    const shelf = new ExampleShelf()
    const set = {
      examples: 2,
      shape: [1],
      inputs: normals(1, 2),
      targets: { kind: 'class' as const, classes: 5, data: Int32Array.of(0, 4) },
      normalisation: 'none',
    }
    expect(Array.from(shelf.add(set).tokens)).toEqual([0, 0, 1, 1])
    expect(Array.from(shelf.add(set).tokens)).toEqual([2, 2, 3, 3])
    expect(shelf.setOf(3).from).toBe(2)
    expect(() => shelf.setOf(4)).toThrow(RangeError)
  })
})
