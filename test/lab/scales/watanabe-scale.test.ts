import { expect, test } from 'vitest'
import { runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'
import { givenModelAndText } from './given.ts'

test.each([
  [1e6, 1.38155e-5],
  [3e11, 8.8e-11],
])('n = %d: ln n / n and n / ln n', async (n, floor) => {
  const made = await runKind('watanabe-scale', { with: { n }, ctx: await scratchContext() })
  expect((valueOf(made['loss']) as number) / floor).toBeCloseTo(1, 2)
  expect((valueOf(made['loss']) as number) * (valueOf(made['nbeta']) as number)).toBeCloseTo(1, 12)
})

test('n is counted in the data: predicted tokens, or sequences', async () => {
  const { ctx, data } = await givenModelAndText()
  const inputs = { data }
  expect(valueOf((await runKind('watanabe-scale', { inputs, ctx }))['n'])).toBe(5)
  await expect(runKind('watanabe-scale', { with: { count: 'sequences' }, inputs, ctx })).rejects.toThrow('2 sequences')
  await expect(runKind('watanabe-scale', { ctx })).rejects.toThrow('given once')
})
