import { expect, test } from 'vitest'
import { differentiability } from '../../../src/engine/autodiff/differentiability.ts'
import { having } from './cases/case.ts'

test.each(['Conv', 'Gemm', 'Where', 'Softmax', 'Einsum'])('%s has an exact rule', (op) => {
  expect(differentiability(op)).toEqual({ rule: 'exact' })
})
test.each(['Sign', 'Equal', 'ArgMax', 'Shape'])('%s is flat', (op) => {
  expect(differentiability(op)).toEqual({ rule: 'flat' })
})
test('a cast to whole numbers is flat, one to real numbers exact', () => {
  expect([7, 1, 11].map((to) => differentiability('Cast', having({ to }).attributes).rule)).toEqual([
    'flat',
    'exact',
    'exact',
  ])
})
test.each([
  ['If', {}, /which branch/],
  ['LSTM', {}, /unrolled/],
  ['NonZero', {}, /depends on the data/],
  ['com.microsoft.BiasGelu', {}, /other domains/],
  ['Mystery', {}, /does not know/],
  ['OneHot', {}, /constants/],
  ['BatchNormalization', { training_mode: 1 }, /training mode/],
  ['Resize', { antialias: 1 }, /antialias/],
  ['Resize', { coordinate_transformation_mode: 'tf_crop_and_resize' }, /tf_crop_and_resize/],
  ['Resize', { keep_aspect_ratio_policy: 'not_larger' }, /keep_aspect_ratio_policy/],
  ['Resize', { mode: 'cubic', exclude_outside: 1 }, /exclude_outside/],
  ['ScatterND', { reduction: 'xor' }, /reduction "xor"/],
  ['Gelu', { approximate: 'sine' }, /approximate "sine"/],
] as const)('%s with %o has no rule, and the reason is said', (op, given, why) => {
  const found = differentiability(op, having(given).attributes)
  expect(found.rule === 'none' ? found.why : '').toMatch(why)
})
