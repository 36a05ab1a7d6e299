import { expect, test } from 'vitest'
import { isUnicode } from '../../../src/reporters/text/is-unicode.ts'

test('LC_ALL wins over LC_CTYPE, LC_CTYPE over LANG; empty ones do not count; none at all is UTF-8', () => {
  expect(isUnicode({ LC_ALL: 'C', LANG: 'en_US.UTF-8' })).toBe(false)
  expect(isUnicode({ LC_ALL: '', LC_CTYPE: 'de_DE.utf8', LANG: 'C' })).toBe(true)
  expect(isUnicode({ LANG: 'POSIX' })).toBe(false)
  expect(isUnicode({})).toBe(true)
})
