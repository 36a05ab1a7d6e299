import { describe, expect, it } from 'vitest'
import { fuzzModelFiles } from './model-files.ts'

const inputs = 120_000
const slice = 20_000

describe(`${inputs} damaged model files`, () => {
  const starts = Array.from({ length: inputs / slice }, (_, index) => 1_000_000 + index * slice)
  it.each(starts)('are read right or refused by name from seed %d on', (start) => {
    const { accepted, refused, broken } = fuzzModelFiles(start, slice)
    expect(broken).toEqual([])
    expect(accepted + refused).toBe(slice)
  })
})
