import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Dataset } from '../../../../src/lab/datasets/dataset.ts'
import { writeDataset } from '../../../../src/lab/datasets/dataset.ts'
import type { PilotRecord } from '../../../../src/lab/degradations/sgld/pilot-record.ts'
import { modelFolder } from '../../model-folder.ts'
import { runKind, valueOf } from '../../run-kind.ts'
import { scratchContext } from '../../scratch-context.ts'

const data: Dataset = {
  sequences: 12,
  length: 6,
  vocabulary: 7,
  mode: 'stream',
  tokens: Int32Array.from({ length: 72 }, (_, i) => (Math.floor(i / 6) + (i % 6)) % 7),
  mask: Uint8Array.from({ length: 72 }, (_, i) => (i % 6 === 0 ? 0 : 1)),
}
async function pilot(given: object = {}, seed?: string): Promise<PilotRecord> {
  const ctx = await scratchContext(seed)
  const [model, text] = [join(ctx.scratch, 'model'), join(ctx.scratch, 'data')]
  await modelFolder(model, ['a', 'b', 'c', 'd'])
  await writeDataset(text, data)
  const result = await runKind('step-size-pilot', {
    with: { nbeta: 200, batch: 4, ...given },
    inputs: { model: { type: 'model', path: model }, data: { type: 'dataset', path: text } },
    ctx,
  })
  expect(valueOf(result['epsilon'])).toBe((valueOf(result['record']) as PilotRecord).epsilon)
  return valueOf(result['record']) as PilotRecord
}

test('takes the first step size, halving from the stiffest direction, that is accepted four times in five', async () => {
  const { epsilon, curvature, tried } = await pilot()
  expect(tried[0]!.epsilon).toBeCloseTo(1 / (200 * Math.max(0, curvature) + 200), 5)
  tried.slice(1).forEach((each, i) => {
    expect(each.epsilon).toBe(tried[i]!.epsilon / 2)
  })
  expect(tried.at(-1)!.epsilon).toBe(epsilon)
  expect(tried.map(({ acceptance }) => (acceptance ?? 0) >= 0.8)).toEqual([...tried.slice(1).map(() => false), true])
})

test('the same seed finds the same, and a restriction changes what it looks at', async () => {
  const first = await pilot()
  expect(await pilot()).toEqual(first)
  expect((await pilot({ parameters: 'norm' })).curvature).not.toBe(first.curvature)
})
