import { expect, it } from 'vitest'
import { sgdStep } from '../../../src/engine/training/sgd.ts'

it('follows v ← μv + g + λw, w ← w − rate·v, with decay where it applies', () => {
  const state = { weights: Float32Array.of(1, 2), gradient: Float32Array.of(0.5, -1), velocity: new Float32Array(2) }
  const step = { rate: 0.5, options: { momentum: 0.5, weightDecay: 0.25 }, decays: Uint8Array.of(1, 0) }
  sgdStep(state, step)
  expect([...state.velocity]).toEqual([0.75, -1])
  expect([...state.weights]).toEqual([0.625, 2.5])
  sgdStep(state, step)
  expect([...state.velocity]).toEqual([0.375 + 0.5 + 0.15625, -1.5])
  expect([...state.weights]).toEqual([0.625 - 0.5 * 1.03125, 3.25])
})

it('comes to the minimum of a quadratic', () => {
  const state = { weights: Float32Array.of(5), gradient: new Float32Array(1), velocity: new Float32Array(1) }
  for (let i = 0; i < 200; i++) {
    state.gradient[0] = 2 * (state.weights[0]! - 3)
    sgdStep(state, { rate: 0.05, options: { momentum: 0.8, weightDecay: 0 }, decays: Uint8Array.of(1) })
  }
  expect(state.weights[0]).toBeCloseTo(3, 5)
})
