import { expect, test } from 'vitest'
import { toAscii } from '../../../src/reporters/text/to-ascii.ts'

test('spells out the signs that results use', () => {
  expect(toAscii('✓ nβ 1500 · 0.66 ± 0.01 ≥ 8× λ̂ café 漢')).toBe('+ nbeta 1500 - 0.66 +/- 0.01 >= 8x lambda cafe ?')
})
