import { describe, expect, it } from 'vitest'
import { fuzz } from './fuzz.ts'

const inputs = 200_000
const slice = 20_000

// No exception, nothing over 2 s, no error without a place inside a file, the same result twice, nothing printed raw.
describe('200,000 inputs', () => {
  const starts = Array.from({ length: inputs / slice }, (_, index) => 1_000_000 + index * slice)
  it.each(starts)('keeps its promises from seed %d on', (start) => {
    expect(fuzz(start, slice)).toEqual([])
  })
})
