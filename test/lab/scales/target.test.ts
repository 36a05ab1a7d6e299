import { expect, test } from 'vitest'
import { lossOfTarget } from '../../../src/lab/scales/target.ts'

const gpt2 = { loss: 3.12, start: Math.log(50_257), unit: 'nats/token' } as const

test.each([
  [{ loss: 4 }, 4],
  [{ gap: 1, best: 2.54 }, 3.7],
  [{ gap: 3, best: 2.54 }, 4.86],
  [{ explained: 0.9 }, 3.12 + 0.1 * (Math.log(50_257) - 3.12)],
] as const)('%o of a GPT-2 is a loss of %d', (target, wanted) => {
  expect(lossOfTarget(target, gpt2)).toBeCloseTo(wanted, 12)
})
test('an equivalent size is the loss that the law gives it', () => {
  expect(lossOfTarget({ size: 6.5e6, by: 'pythia' }, { loss: 2.186, start: 10.8, unit: 'nats/token' })).toBeCloseTo(
    2.79,
    2,
  )
})

test('a target under the model’s own loss, above knowing nothing, or of a gap that is none', () => {
  expect(() => lossOfTarget({ loss: 3.12 }, gpt2)).toThrow(
    "the target { loss: 3.12 } is a loss of 3.1200 nats/token, not above the model's own 3.1200",
  )
  expect(() => lossOfTarget({ size: 1558e6, by: 'gpt-2' }, gpt2)).toThrow("not above the model's own")
  expect(() => lossOfTarget({ loss: 11 }, gpt2)).toThrow('not under 10.8249, which knowing nothing costs')
  expect(() => lossOfTarget({ gap: 2, best: 3.5 }, gpt2)).toThrow('there is no gap')
})

test('a share of what a model explains that is no better than knowing nothing', () => {
  expect(() => lossOfTarget({ explained: 0.5 }, { loss: 7.58, start: 2.3, unit: 'nats' })).toThrow(
    "the model's own loss 7.5800 nats is not under 2.3000, which knowing nothing costs",
  )
})

test('losses of classes and of plain numbers are named as such', () => {
  const own = { loss: 0.5, start: 2 }
  const refused = (unit: 'nats' | 'dimensionless') => () => lossOfTarget({ loss: 0.2 }, { ...own, unit })
  expect(refused('nats')).toThrow("is a loss of 0.2000 nats, not above the model's own 0.5000")
  expect(refused('dimensionless')).toThrow("is a loss of 0.2000, not above the model's own 0.5000")
})
