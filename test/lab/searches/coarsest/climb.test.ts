import { describe, expect, it } from 'vitest'
import { passRates } from './pass-rates.ts'

const alpha = 0.05
// The first dose is well above the threshold, the others have the accuracy in question.
const world = { spread: 0.3, coefficient: 0.5, edge: 1000, more: { doses: [3000, 1000, 300, 100] } }

/** The same for ladders, more looks and the model itself: `climb.long.test.ts`. */
describe('the error rate of a whole search, over all of its levels and looks', () => {
  it.each([0.93, 0.94, 0.95])(
    'at most α of 2000 searches pass a claim of ≥ .95 beyond the edge, where true accuracy is %d',
    (accuracy) => {
      const { passed } = passRates(accuracy, world)
      expect(passed).toBeLessThanOrEqual(accuracy < 0.95 ? alpha / 10 : alpha)
    },
    60_000,
  )
  it('most pass it where true accuracy is .96', () => {
    expect(passRates(0.96, world).passed).toBeGreaterThan(0.9)
  }, 60_000)
})
