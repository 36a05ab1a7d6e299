import { describe, expect, test } from 'vitest'
import { rules } from '../../../src/engine/autodiff/rules/index.ts'
import { cases } from './cases/index.ts'
import { gradientError, runtimeError } from './finite-differences.ts'

describe.each(Object.entries(cases))('%s', (_, family) => {
  test.each(family)('$title: the gradient agrees with finite differences in double precision', (one) => {
    expect(gradientError(one)).toBeLessThan(1e-6)
  })
  test.each(family)('$title: onnxruntime computes what the interpreter does', async (one) => {
    expect(await runtimeError(one)).toBeLessThan(2e-5)
  })
})

test('every operator with a rule has a case', () => {
  const covered = new Set(Object.values(cases).flatMap((family) => family.map(({ op }) => op as string)))
  const demanded = Object.entries(rules).filter(([, rule]) => typeof rule === 'function')
  expect(demanded.map(([op]) => op).filter((op) => !covered.has(op))).toEqual([])
})
