import { expect, it } from 'vitest'
import { fuzzModelFiles } from './model-files.ts'

it('damaged model files are read right or refused by name', () => {
  const { accepted, refused, broken } = fuzzModelFiles(1, 2000)
  expect(broken).toEqual([])
  // Both happen, or the damage is too weak or too strong to say anything.
  expect(Math.min(accepted, refused)).toBeGreaterThan(200)
})
