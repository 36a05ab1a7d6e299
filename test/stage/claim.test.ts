import { describe, expect, it } from 'vitest'
import { keepsClaim, parseClaim } from '../../src/stage/claim.ts'

describe('parseClaim', () => {
  it('reads metric, operator and threshold with their places', () => {
    expect(parseClaim(' logit-difference>= -1.5e1 ')).toEqual({
      ok: true,
      value: {
        metric: 'logit-difference',
        operator: '>=',
        threshold: -15,
        at: { metric: { offset: 1, length: 16 }, threshold: { offset: 20, length: 6 } },
      },
    })
  })
  it.each(['>=', '<=', '>', '<'])('reads %s', (operator) => {
    expect(parseClaim(`a ${operator} 1`)).toMatchObject({ ok: true, value: { operator, threshold: 1 } })
  })
  it.each([
    ['', 'a claim starts with the name of a metric', 0],
    ['>= 0.9', 'a claim starts with the name of a metric', 0],
    ['accuracy', 'after accuracy comes >=, <=, > or <', 8],
    ['accuracy => 0.9', '=> is not >=, <=, > or <', 9],
    ['accuracy >=', 'after >= comes a number', 11],
    ['accuracy >= high', 'high is not a number', 12],
    ['accuracy >= 95 %', 'write 95 % as 0.95', 12],
    ['accuracy >= 0.9 or more', '0.9 or more is not a number', 12],
  ])('%j is refused: %s', (text, message, offset) => {
    expect(parseClaim(text)).toMatchObject({ ok: false, error: { message, offset } })
  })
})

describe('keepsClaim', () => {
  it('compares on the edge', () => {
    expect(keepsClaim({ operator: '>=', threshold: 1 }, 1)).toBe(true)
    expect(keepsClaim({ operator: '>', threshold: 1 }, 1)).toBe(false)
    expect(keepsClaim({ operator: '<=', threshold: 1 }, 1)).toBe(true)
    expect(keepsClaim({ operator: '<', threshold: 1 }, 1)).toBe(false)
  })
})
