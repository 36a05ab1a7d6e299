import { expect, test } from 'vitest'
import { plainText } from '../../../src/reporters/text/plain-text.ts'

test('escape sequences are shown, not obeyed', () => {
  expect(plainText('a\u001b[31mred\u0007\r\nb\tc')).toBe('a\\x1b[31mred\\x07\nb\tc')
})
