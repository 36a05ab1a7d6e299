import { expect, test } from 'vitest'
import {
  chinchillaLoss,
  familyLoss,
  hoffmann,
  laws,
  optimalTokens,
  refit,
  sizeOfLoss,
} from '../../../src/lab/scales/scaling-laws.ts'

test.each([
  [7e10, 1.4e12, 1.9366, 1.9734],
  [1e9, 2e10, 2.58, 2.529],
])('loss of %d parameters on %d tokens', (...row) => {
  const [parameters, tokens, original, again] = row
  expect(chinchillaLoss(hoffmann, parameters, tokens)).toBeCloseTo(original, 2.7)
  expect(chinchillaLoss(refit, parameters, tokens)).toBeCloseTo(again, 2.7)
})

test.each([
  [2.0, 3.27e10, 4.51e10],
  [2.5, 1.36e9, 1.12e9],
  [3.0, 2.81e8, 2.41e8],
  [3.5, 9.75e7, 8.99e7],
  [4.0, 4.4e7, 4.34e7],
  [5.0, 1.36e7, 1.51e7],
  [6.5, 4.05e6, 5.12e6],
])('a loss of %d is that of a model of this size', (loss, original, again) => {
  // The table has three digits and was made with constants of a few more: one per cent.
  expect(Math.abs(sizeOfLoss(laws.chinchilla, loss)! / original - 1)).toBeLessThan(0.01)
  expect(Math.abs(sizeOfLoss(laws['chinchilla-refit'], loss)! / again - 1)).toBeLessThan(0.01)
})

test('a loss at or under the floor belongs to no size', () => {
  expect(sizeOfLoss(laws.chinchilla, 1.69)).toBeUndefined()
  expect(sizeOfLoss(laws.pythia, 1)).toBeUndefined()
})

test('the Pythia fit reproduces the losses it was fitted to', () => {
  for (const [n, loss] of [
    [18.9e6, 2.504],
    [85.06e6, 2.186],
    [302.3e6, 1.971],
    [805.7e6, 1.845],
    [1208.6e6, 1.793],
    [2517.7e6, 1.72],
    [6444e6, 1.626],
    [11327e6, 1.582],
  ] as const)
    expect(Math.abs(laws.pythia.loss(n) - loss)).toBeLessThan(0.0055)
  expect(sizeOfLoss(laws.pythia, 2.79)! / 6.5e6).toBeCloseTo(1, 1)
})

test('between members of a family the line is straight in ln N, and goes on beyond', () => {
  const members = [
    { parameters: 1e6, loss: 4 },
    { parameters: 1e8, loss: 3 },
    { parameters: 1e9, loss: 2.8 },
  ]
  expect(familyLoss(members, 1e7)).toBeCloseTo(3.5, 12)
  expect(familyLoss(members, 1e8)).toBeCloseTo(3, 12)
  expect(familyLoss(members, 1e10)).toBeCloseTo(2.6, 12)
  expect(familyLoss(members, 1e5)).toBeCloseTo(4.5, 12)
  expect(sizeOfLoss(laws['gpt-2'], 2.84)! / 350e6).toBeCloseTo(1, 6)
})

test.each([
  ['Hoffmann', hoffmann, 1e20, 6.45e8, 40],
  ['the refit', refit, 1e20, 8.55e8, 22.8],
] as const)('%s: the best split of compute', (...row) => {
  const [, constants, compute, parameters, ratio] = row
  const tokens = optimalTokens(constants, parameters)
  expect((6 * parameters * tokens) / compute).toBeCloseTo(1, 1)
  expect(tokens / parameters / ratio).toBeCloseTo(1, 1.5)
  // At the same compute no other split is better.
  const best = chinchillaLoss(constants, parameters, tokens)
  for (const factor of [0.8, 1.25])
    expect(chinchillaLoss(constants, parameters * factor, tokens / factor)).toBeGreaterThan(best)
})
test.each([
  [hoffmann, 5.88e23, 93],
  [refit, 5.88e23, 18.3],
] as const)('tokens a parameter at the compute of a large model', (constants, compute, ratio) => {
  let [low, high] = [1e6, 1e13]
  for (let i = 0; i < 100; i++) {
    const middle = Math.sqrt(low * high)
    if (6 * middle * optimalTokens(constants, middle) < compute) low = middle
    else high = middle
  }
  expect(optimalTokens(constants, low) / low / ratio).toBeCloseTo(1, 1.7)
})

test('Kaplan: the three laws, each undone', () => {
  const loss = 3
  const { tokens, compute } = laws.kaplan.also({ loss, parameters: sizeOfLoss(laws.kaplan, loss)! })
  expect((8.8e13 / sizeOfLoss(laws.kaplan, loss)!) ** 0.076).toBeCloseTo(loss, 9)
  expect((5.4e13 / tokens) ** 0.095).toBeCloseTo(loss, 9)
  expect((3.1e8 / (compute / 8.64e19)) ** 0.05).toBeCloseTo(loss, 9)
})

test('Pythia’s compute is the table’s at its members', () => {
  expect(laws.pythia.also({ loss: 2.186, parameters: 85.06e6 }).compute / 4.1e20).toBeCloseTo(1, 9)
})
