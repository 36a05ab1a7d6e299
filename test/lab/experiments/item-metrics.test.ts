import { describe, expect, it } from 'vitest'
import { readSafetensors } from '../../../src/engine/model/safetensors.ts'
import { itemResults, type MetricTable } from '../../../src/lab/experiments/item-metrics.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { pathOf, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

const metrics = {
  accuracy: { unit: 'proportion', description: '' },
  loss: { unit: 'nats', description: '' },
} as const satisfies MetricTable
const member = (chain: number, draw: number) => ({ file: `${chain}-${draw}`, chain, draw, step: 10 * draw })

describe('itemResults', () => {
  it('gives means with their errors, and every example beside them', async () => {
    const ctx = await scratchContext()
    const made = await itemResults({ metrics }, ctx, [
      { member: member(0, 0), reading: { accuracy: [1, 0, 1, 1], loss: [1, 2, 3, 4] } },
      { member: member(0, 1), reading: { accuracy: [0, 0, 1, 1], loss: [2, 2, 2, 2] } },
      { member: member(1, 0), reading: { accuracy: [1, 1, 1, 1], loss: [0, 0, 0, 1] } },
    ])
    const { metrics: means } = valueOf(made.metrics) as Metrics
    expect(means.accuracy).toMatchObject({ unit: 'proportion', items: 4, values: [[0.75, 0.5], [1]] })
    expect(means.loss?.values).toEqual([[2.5, 2], [0.25]])
    // Standard errors of the three: sqrt(5/3)/2, 0 and 1/4.
    expect(means.loss?.itemError).toBeCloseTo((Math.sqrt(5 / 3) / 2 + 0.25) / 3, 12)
    const items = await readSafetensors(pathOf(made.items))
    expect(items.get('loss')).toMatchObject({
      shape: [3, 4],
      data: Float32Array.from([1, 2, 3, 4, 2, 2, 2, 2, 0, 0, 0, 1]),
    })
    expect(items.get('chain')?.data).toEqual(Int32Array.from([0, 0, 1]))
    expect(items.get('draw')?.data).toEqual(Int32Array.from([0, 1, 0]))
    expect(items.get('step')?.data).toEqual(Int32Array.from([0, 10, 0]))
  })
  it('knows the error of examples that all draws share, where those are a sample, and of nothing else', async () => {
    const readings = [
      { member: member(0, 0), reading: { accuracy: [1, 0], loss: [1, 4] } },
      { member: member(0, 1), reading: { accuracy: [0, 0], loss: [3, 4] } },
    ]
    const of = async (sample: boolean, given = readings) =>
      (valueOf((await itemResults({ metrics, sample }, await scratchContext(), given)).metrics) as Metrics).metrics.loss
    // Means over draws are 2 and 4: half their difference.
    expect((await of(true))?.sharedItemError).toBeCloseTo(1, 12)
    expect(await of(false)).not.toHaveProperty('sharedItemError')
    expect(await of(true, readings.slice(0, 1))).not.toHaveProperty('sharedItemError')
    const checkpoints = readings.map((one, i) => ({ ...one, member: { ...member(0, 0), step: i } }))
    expect(await of(true, checkpoints)).not.toHaveProperty('sharedItemError')
  })
  it('refuses to average nothing, or what is not a number', async () => {
    const ctx = await scratchContext()
    await expect(itemResults({ metrics }, ctx, [])).rejects.toThrow('there is no example')
    const broken = { member: member(0, 0), reading: { accuracy: [1], loss: [Number.NaN] } }
    await expect(itemResults({ metrics }, ctx, [broken])).rejects.toThrow('its weights have diverged')
  })
})
