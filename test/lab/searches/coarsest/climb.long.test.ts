import { describe, expect, it } from 'vitest'
import { passRates, type World } from './pass-rates.ts'

const alpha = 0.05
const all = [4000, 2000, 1500, 1000, 700, 500, 300, 200, 100, 50]
const ladder: World = { spread: 0.3, coefficient: 0.5, edge: 700 }
const everyDose: World = { spread: 0.2, coefficient: 0.3, edge: 4000, more: { exhaustive: true, doses: all } }
const worlds: Readonly<Record<string, World>> = {
  'a ladder of ten levels, draws alike in their chain': ladder,
  'a ladder, draws independent, five looks': { spread: 0.3, coefficient: 0, edge: 700, more: { rounds: 5 } },
  'every dose measured, all ten at that accuracy': everyDose,
  'the model itself at that accuracy': { spread: 0.3, coefficient: 0.5, edge: Infinity },
}

describe('the error rate of a whole search, over all of its levels and looks', () => {
  for (const [name, world] of Object.entries(worlds))
    it.each([0.93, 0.94, 0.95])(
      `${name}: a claim of ≥ .95 is passed at true accuracy %d in at most α of 2000 searches`,
      (accuracy) => {
        const { passed } = passRates(accuracy, world)
        console.info(`${name}, true accuracy ${accuracy}: ${passed} of searches pass`)
        expect(passed).toBeLessThanOrEqual(accuracy < 0.95 ? alpha / 10 : alpha)
      },
    )

  it('finds the edge where what is beyond it is as far under the threshold as .93', () => {
    expect(passRates(0.93, ladder).found).toBeGreaterThan(0.95)
  })
  it('passes what is above the threshold: .96 at some of the ten doses', () => {
    expect(passRates(0.96, everyDose).passed).toBeGreaterThan(0.95)
  })
})
