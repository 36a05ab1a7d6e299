import { describe, expect, it } from 'vitest'
import { pauseAfter } from '../../src/orchestrator/attempts.ts'

describe('pauses between attempts', () => {
  it.each([
    ['none', [2, 2, 2, 2]],
    ['linear', [2, 4, 6, 8]],
    ['exponential', [2, 4, 8, 16]],
  ] as const)('grow by backoff: %s', (backoff, pauses) => {
    expect([1, 2, 3, 4].map((attempt) => pauseAfter({ attempts: 9, backoff, delay: 2 }, attempt))).toEqual(pauses)
  })
})
