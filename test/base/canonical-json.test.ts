import { expect, it } from 'vitest'
import { canonicalJson } from '../../src/base/canonical-json.ts'
import { digestOfJson, shortDigest } from '../../src/base/digest.ts'

it('sorts keys at every depth and leaves lists alone', () => {
  expect(canonicalJson({ b: [2, 1, { d: null, c: true }], a: 'x' })).toBe('{"a":"x","b":[2,1,{"c":true,"d":null}]}')
})
it('prints numbers as ECMAScript does', () => {
  expect(canonicalJson([1e21, 0.1, -0, 1])).toBe('[1e+21,0.1,0,1]')
})
it('refuses what JSON cannot hold', () => {
  expect(() => canonicalJson({ a: Number.NaN })).toThrow(TypeError)
})
it('gives equal digests for equal values', () => {
  expect(digestOfJson({ a: 1, b: 2 })).toBe(digestOfJson({ b: 2, a: 1 }))
  expect(shortDigest(digestOfJson({}))).toBe('44136fa355b3')
})
