import { expect, test } from 'vitest'
import type { OpenNetwork } from '../../../src/engine/model/open-network.ts'
import { makeWeights } from '../../../src/engine/model/weights.ts'
import type { Dataset } from '../../../src/lab/datasets/dataset.ts'
import { comparePoints } from '../../../src/lab/experiments/compare-points.ts'

/** Two tokens; the logits of token 1 against token 0 are a function of the one weight. */
function networkOf(logit: (w: number) => number, w: number): OpenNetwork {
  const weights = makeWeights(new Map([['w', [1]]]), Float32Array.of(w))
  return {
    weights,
    network: {} as OpenNetwork['network'],
    loadWeights: () => Promise.resolve(),
    values: ({ data }) => {
      const logits = Float32Array.from([...data].flatMap(() => [0, logit(weights.flat[0]!)]))
      return Promise.resolve(new Map([['logits', { data: logits, shape: [data.length, 2] }]]))
    },
    close: () => Promise.resolve(),
  }
}
const data: Dataset = {
  sequences: 2,
  length: 3,
  vocabulary: 2,
  mode: 'lines',
  tokens: Int32Array.of(0, 1, 1, 0, 1, 0),
  mask: Uint8Array.of(0, 1, 1, 0, 1, 0), // the last token is padding
}
const compare = (opened: OpenNetwork, from: number, points = 3) =>
  comparePoints(opened, { start: Float32Array.of(from), data, points, signal: new AbortController().signal })
const loss = (logit: number): number => Math.log(1 + Math.exp(-logit)) // of token 1, all three that count

test('a hill between two equal ends is the barrier, its height exact at the grid', async () => {
  // The logit is 2 at w = ±1 and −1 at w = 0.
  const opened = networkOf((w) => 3 * w * w - 1, 1)
  const { barrier, kl, distance } = await compare(opened, -1)
  expect(barrier.mean).toBeCloseTo(loss(-1) - loss(2), 6)
  expect(barrier.error).toBeCloseTo(0, 6)
  expect(kl.mean).toBeCloseTo(0, 6)
  expect(distance.mean).toBe(2)
  expect(opened.weights.flat[0]).toBe(1) // left as they were
})
test('a valley is no barrier', async () => {
  const { barrier } = await compare(
    networkOf((w) => 2 - w * w, 1),
    -1,
  )
  expect(barrier.mean).toBe(0)
})
test('KL both ways, by hand', async () => {
  const found = await compare(
    networkOf((w) => w, Math.log(3)),
    0,
  )
  // The original: ½, ½. The degraded: ¼, ¾.
  expect(found.kl.mean).toBeCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(2 / 3), 6)
  expect(found.reverseKl.mean).toBeCloseTo(0.25 * Math.log(0.5) + 0.75 * Math.log(1.5), 6)
  expect(found.relativeDistance.mean).toBeNaN() // the original has length zero
})
