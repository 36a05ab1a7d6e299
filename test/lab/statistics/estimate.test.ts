import { describe, expect, it } from 'vitest'
import { seededRandom, type Random } from '../../../src/lab/random.ts'
import { estimate } from '../../../src/lab/statistics/estimate.ts'
import { autoregressiveChains } from './autoregressive.ts'

const prompts = 256
const maxLevels = 10
const alpha = 0.05 / maxLevels

interface World {
  /** True mean accuracy over the posterior. */
  readonly accuracy: number
  /** Correlation of one draw with the next. */
  readonly coefficient: number
  /** Relative spread of the error rate from draw to draw; the error rate is log-normal, so accuracy has a tail downwards. */
  readonly spread: number
}

/** What the ioi stage would measure: each draw has an accuracy of its own, and prompts of its own. */
function measure(random: Random, { accuracy, coefficient, spread }: World): number[][] {
  return autoregressiveChains(random, { chains: 4, draws: 6, coefficient }).map((chain) =>
    chain.map((z) => {
      const right = Math.max(0, 1 - (1 - accuracy) * Math.exp(spread * z - spread ** 2 / 2))
      let count = 0
      for (let i = 0; i < prompts; i++) if (random.uniform() < right) count++
      return count / prompts
    }),
  )
}

function rateOfPassing(world: World, runs: number): number {
  const random = seededRandom('0b', 'coverage', JSON.stringify(world))
  let passed = 0
  for (let i = 0; i < runs; i++)
    if (estimate({ unit: 'proportion', values: measure(random, world), items: prompts }, alpha).low >= 0.95) passed++
  return passed / runs
}

describe('estimate of a proportion', () => {
  const worlds: World[] = [
    { accuracy: 0.95, coefficient: 0, spread: 0.2 },
    { accuracy: 0.95, coefficient: 0.5, spread: 0.2 },
    { accuracy: 0.95, coefficient: 0.8, spread: 0.2 },
    { accuracy: 0.95, coefficient: 0, spread: 0.5 },
    { accuracy: 0.95, coefficient: 0.5, spread: 0.5 },
    { accuracy: 0.93, coefficient: 0.5, spread: 0.2 },
    { accuracy: 0.94, coefficient: 0.5, spread: 0.2 },
  ]
  it.each(worlds)(
    `passes .95 wrongly in at most α = ${alpha} of 2000 runs at accuracy $accuracy, autocorrelation $coefficient, spread $spread`,
    (world) => {
      const rate = rateOfPassing(world, 2000)
      console.info(
        `true accuracy ${world.accuracy}, autocorrelation ${world.coefficient}, spread ${world.spread}: passed in ${rate} of runs, allowed ${alpha}`,
      )
      expect(rate).toBeLessThanOrEqual(alpha)
    },
    60_000,
  )

  it('still has the power to pass what is well above', () => {
    expect(rateOfPassing({ accuracy: 0.98, coefficient: 0.5, spread: 0.2 }, 300)).toBeGreaterThan(0.85)
  })

  it('is Clopper and Pearson for a single model: 243 of 256 at 5 % a side', () => {
    const { low, high } = estimate(
      { unit: 'proportion', values: [[243 / 256]], items: 256, itemError: Math.sqrt(((243 / 256) * (13 / 256)) / 256) },
      0.05,
    )
    expect(low).toBeCloseTo(0.9205, 3)
    expect(high).toBeCloseTo(0.9695, 3)
  })

  it('has no interval of zero width where every item was right or wrong', () => {
    const right = estimate({ unit: 'proportion', values: [[1]], items: 256, itemError: 0 }, 0.05)
    expect([right.low, right.high]).toEqual([expect.closeTo(0.05 ** (1 / 256), 12), 1])
    const draws = estimate(
      {
        unit: 'proportion',
        values: [
          [1, 1, 1],
          [1, 1, 1],
        ],
        items: 256,
      },
      0.05,
    )
    expect(draws.low).toBeGreaterThan(right.low)
    expect(draws.low).toBeLessThan(1)
    const wrong = estimate(
      {
        unit: 'proportion',
        values: [
          [0, 0],
          [0, 0],
        ],
        items: 64,
      },
      0.05,
    )
    expect(wrong.low).toBe(0)
    expect(wrong.high).toBeGreaterThan(0)
  })

  it('widens with correlation, disagreement of chains, and a stricter alpha', () => {
    const width = (values: number[][], level = 0.05): number => {
      const { low, high } = estimate({ unit: 'proportion', values, items: 256 }, level)
      return high - low
    }
    const mixed = [
      [0.94, 0.96, 0.95, 0.94, 0.96, 0.95],
      [0.95, 0.94, 0.96, 0.96, 0.94, 0.95],
    ]
    const apart = [
      [0.94, 0.94, 0.94, 0.95, 0.95, 0.95],
      [0.96, 0.96, 0.96, 0.95, 0.95, 0.94],
    ]
    expect(width(apart)).toBeGreaterThan(1.3 * width(mixed))
    expect(width(mixed, 0.005)).toBeGreaterThan(1.3 * width(mixed))
  })
})

describe('estimate of a mean', () => {
  it('covers the truth as often as it says, chains being correlated', () => {
    const random = seededRandom('0c', 'mean')
    let [below, above] = [0, 0]
    for (let i = 0; i < 2000; i++) {
      const values = autoregressiveChains(random, { chains: 4, draws: 6, coefficient: 0.5 })
      const { low, high } = estimate({ unit: 'nats/token', values, items: 1 }, 0.05)
      if (low > 0) below++
      if (high < 0) above++
    }
    expect(below / 2000).toBeLessThanOrEqual(0.05)
    expect(above / 2000).toBeLessThanOrEqual(0.05)
    expect((below + above) / 2000).toBeGreaterThan(0.005)
  })

  it('has the items’ own error where there is one value only', () => {
    const { mean, se, low, high } = estimate({ unit: 'nats/token', values: [[3.5]], items: 100, itemError: 0.1 }, 0.025)
    expect([mean, se]).toEqual([3.5, 0.1])
    expect(low).toBeCloseTo(3.5 - 0.195996, 5)
    expect(high).toBeCloseTo(3.5 + 0.195996, 5)
  })
})

describe('estimate of a probability', () => {
  const alpha = 0.025
  const values = [
    [0.71, 0.72, 0.7, 0.73],
    [0.72, 0.71, 0.7, 0.71],
  ]

  it('is known as well as its spread over draws says, where a share of rights and wrongs could not be', () => {
    const [probability, share] = (['probability', 'proportion'] as const).map((unit) =>
      estimate({ unit, values, items: 20 }, alpha),
    )
    expect(probability!.mean).toBe(share!.mean)
    expect(probability!.high - probability!.low).toBeLessThan(0.05)
    expect(share!.high - share!.low).toBeGreaterThan(0.1)
  })

  it('keeps its bounds between 0 and 1, and covers the mean as often as it says', () => {
    const random = seededRandom('0d', 'probability')
    let missed = 0
    for (let run = 0; run < 2000; run++) {
      // Mean of b⁴ for b uniform: 1/5; an item's spread is .27.
      const draw = () => Array.from({ length: 20 }, () => random.uniform() ** 4).reduce((a, b) => a + b, 0) / 20
      const { low, high } = estimate(
        { unit: 'probability', values: Array.from({ length: 4 }, () => Array.from({ length: 6 }, draw)), items: 20 },
        alpha,
      )
      expect(low).toBeGreaterThanOrEqual(0)
      expect(high).toBeLessThanOrEqual(1)
      if (low > 0.2 || high < 0.2) missed++
    }
    expect(missed / 2000).toBeLessThanOrEqual(2 * alpha + 3 * Math.sqrt((2 * alpha) / 2000))
  })

  it('of one model has the error over its items', () => {
    const { low, high } = estimate({ unit: 'probability', values: [[0.9]], items: 100, itemError: 0.01 }, alpha)
    expect(low).toBeGreaterThan(0.87)
    expect(high).toBeLessThan(0.93)
  })
})

/** Draws that all answer the same items: an item is easy or hard, a draw good or bad, and what is left is chance. */
function crossed(random: Random, items: number) {
  const hardness = Array.from({ length: items }, () => (random.uniform() < 0.5 ? 0.7 : 1.0))
  const right = Array.from({ length: 4 }, () =>
    Array.from({ length: 6 }, () => {
      const quality = 0.9 + 0.1 * random.uniform()
      return hardness.map((p) => Number(random.uniform() < p * quality))
    }),
  )
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const all = right.flat()
  const each = hardness.map((_, i) => mean(all.map((draw) => draw[i]!)))
  const spread = each.reduce((sum, one) => sum + (one - mean(each)) ** 2, 0) / (items - 1)
  return {
    unit: 'proportion' as const,
    values: right.map((chain) => chain.map(mean)),
    items,
    sharedItemError: Math.sqrt(spread / items),
  }
}

it('covers what the items are a sample of, where draws share them, and would not without their error', () => {
  const random = seededRandom('0e', 'shared items')
  const [truth, alpha, runs] = [0.85 * 0.95, 0.05, 1000]
  const missed = { with: 0, without: 0 }
  for (let run = 0; run < runs; run++) {
    const { sharedItemError, ...samples } = crossed(random, 60)
    if (estimate({ ...samples, sharedItemError }, alpha).low > truth) missed.with++
    if (estimate(samples, alpha).low > truth) missed.without++
  }
  expect(missed.with / runs).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs))
  expect(missed.without / runs).toBeGreaterThan(2 * alpha)
})

it('of items that all draws share, and got right, is no surer than one look at them', () => {
  const values = Array.from({ length: 4 }, () => Array.from({ length: 6 }, () => 1))
  const low = (more: object): number => estimate({ unit: 'proportion', values, items: 50, ...more }, 0.05).low
  expect(low({ sharedItemError: 0 })).toBeLessThan(0.05 ** (1 / 50))
  expect(low({ sharedItemError: 0 })).toBeGreaterThan(0.92)
  expect(low({})).toBeGreaterThan(0.99)
})
