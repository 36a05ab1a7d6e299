import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSafetensors } from '../../../../src/engine/model/safetensors.ts'
import type { Dataset } from '../../../../src/lab/datasets/dataset.ts'
import { writeDataset } from '../../../../src/lab/datasets/dataset.ts'
import { tokenLossesOf } from '../../../../src/lab/experiments/posterior/token-losses.ts'
import { covariances } from '../../../../src/lab/statistics/covariance.ts'
import { readDataset } from '../../../../src/lab/datasets/dataset.ts'
import type { Metrics } from '../../../../src/stage/metrics.ts'
import { modelFolder } from '../../model-folder.ts'
import { pathOf, runKind, valueOf } from '../../run-kind.ts'
import { scratchContext } from '../../scratch-context.ts'

const words = ['a', 'b', 'c', 'd']
const members = [0, 1, 2, 3].flatMap((chain) =>
  [0, 1, 2].map((draw) => ({ chain, draw, scale: 0.5 + 0.4 * chain + 0.25 * draw })),
)
const text = (sequences: number, shift: number): Dataset => ({
  sequences,
  length: 6,
  vocabulary: 7,
  mode: 'stream',
  tokens: Int32Array.from({ length: 6 * sequences }, (_, i) => (i * 3 + Math.floor(i / 6) * shift) % 7),
  mask: Uint8Array.from({ length: 6 * sequences }, (_, i) => (i % 6 === 0 ? 0 : 1)),
})

async function given() {
  const ctx = await scratchContext()
  const [model, start] = [join(ctx.scratch, 'ensemble'), join(ctx.scratch, 'model')]
  await modelFolder(model, words, members)
  await modelFolder(start, words)
  const [data, queries] = [join(ctx.scratch, 'data'), join(ctx.scratch, 'queries')]
  await writeDataset(data, text(5, 1))
  await writeDataset(queries, text(3, 2))
  const input = (type: 'ensemble' | 'model' | 'dataset', path: string) => ({ type, path }) as const
  return {
    ctx,
    model: input('ensemble', model),
    start: input('model', start),
    data: input('dataset', data),
    queries: input('dataset', queries),
  }
}

describe('influence', () => {
  test('is minus the covariance of losses over the draws, saved with its labels', async () => {
    const { ctx, model, data, queries } = await given()
    const metric: Metrics = {
      metrics: {
        accuracy: {
          unit: 'proportion',
          values: [0, 1, 2, 3].map((c) => [0, 1, 2].map((d) => 0.1 * c + 0.01 * d * d)),
          items: 5,
        },
      },
    }
    const observables = { type: 'metrics', items: [{ type: 'metrics', value: metric as never }] } as const
    const result = await runKind('influence', {
      with: { per: 'token' },
      inputs: { model, data, queries, observables },
      ctx,
    })
    const saved = await readSafetensors(pathOf(result['influence']))
    expect(saved.get('influence')!.shape).toEqual([25, 15])
    expect(saved.get('observables')!.shape).toEqual([25, 1])
    expect(Array.from(saved.get('rows.position')!.data as Int32Array).slice(0, 6)).toEqual([1, 2, 3, 4, 5, 1])
    const losses = await tokenLossesOf(model, ctx, [await readDataset(data.path), await readDataset(queries.path)])
    const wanted = covariances(
      losses.map(({ reading }) => reading[0]!),
      losses.map(({ reading }) => reading[1]!),
      'covariance',
    )
    const found = saved.get('influence')!.data as Float32Array
    wanted.forEach((each, i) => expect(found[i]).toBeCloseTo(-each, 5))
    expect(valueOf(result['names'])).toEqual(['0.accuracy'])
    const { metrics } = valueOf(result['metrics']) as Metrics
    expect(Math.abs(metrics['reliability']!.values[0]![0]!)).toBeLessThanOrEqual(1 + 1e-9)
  })
  test('by sequence it is the sum over its tokens; as a correlation one with itself', async () => {
    const { ctx, model, data } = await given()
    const tokens = await readSafetensors(
      pathOf((await runKind('influence', { with: { per: 'token' }, inputs: { model, data }, ctx }))['influence']),
    )
    const each = Array.from(tokens.get('influence')!.data as Float32Array)
    const sequences = await readSafetensors(
      pathOf((await runKind('influence', { inputs: { model, data }, ctx }))['influence']),
    )
    const sum = each.reduce((total, value, i) => total + (Math.floor(i / 25) < 5 && i % 25 < 5 ? value : 0), 0)
    expect((sequences.get('influence')!.data as Float32Array)[0]).toBeCloseTo(sum, 4)
    const same = await readSafetensors(
      pathOf((await runKind('influence', { with: { as: 'correlation' }, inputs: { model, data }, ctx }))['influence']),
    )
    expect((same.get('influence')!.data as Float32Array)[6]).toBeCloseTo(-1, 5)
  })
  test('metrics of other draws are refused', async () => {
    const { ctx, model, data } = await given()
    const metric = { metrics: { loss: { unit: 'nats', values: [[1, 2]], items: 1 } } }
    const observables = { type: 'metrics', items: [{ type: 'metrics', value: metric }] } as const
    await expect(runKind('influence', { inputs: { model, data, observables }, ctx })).rejects.toThrow(
      /0\.loss has 2 values, the posterior 12 draws/,
    )
  })
})

test('susceptibilities have a row a component, errors between chains, and the tokens’ labels', async () => {
  const { ctx, model, start, data, queries } = await given()
  const components = { type: 'ensemble', items: [model, model] } as const
  const result = await runKind('susceptibilities', { inputs: { model, start, data, queries, components }, ctx })
  const saved = await readSafetensors(pathOf(result['susceptibilities']))
  expect(saved.get('susceptibilities')!.shape).toEqual([2, 15])
  const found = saved.get('susceptibilities')!.data as Float32Array
  expect(found.subarray(0, 15)).toEqual(found.subarray(15))
  expect(found.some((each) => each !== 0)).toBe(true)
  expect((saved.get('errors')!.data as Float32Array).every((each) => each >= 0)).toBe(true)
  expect(saved.get('token')!.shape).toEqual([15])
})
