import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { deriveSeed } from '../../src/stage/seed.ts'

it('is the head of SHA-256 over [seed, name]', () => {
  const expected = createHash('sha256').update('[0,"ioi"]').digest('hex').slice(0, 16)
  expect(deriveSeed(0, 'ioi')).toBe(expected)
})
it('differs by name, by seed and by the type of the seed', () => {
  expect(new Set([deriveSeed(0, 'a'), deriveSeed(0, 'b'), deriveSeed(1, 'a'), deriveSeed('0', 'a')]).size).toBe(4)
})
