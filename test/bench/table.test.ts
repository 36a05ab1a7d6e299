import { describe, expect, it } from 'vitest'
import { seconds, table } from '../../bench/table.ts'

describe('table', () => {
  it('aligns names and shows the quartiles', () => {
    const row = { median: 0.0123, low: 0.012, high: 0.0131, rounds: 5 }
    expect(
      table('title', [
        { name: 'long name', ...row },
        { name: 'a', ...row, note: '12 %' },
      ]),
    ).toBe(
      ['title', '  long name    12.3 ms  [12.0 ms, 13.1 ms]', '  a            12.3 ms  [12.0 ms, 13.1 ms]  12 %'].join(
        '\n',
      ),
    )
  })
})

describe('seconds', () => {
  it.each([
    [12.345, '12.3 s'],
    [0.5, '500 ms'],
    [0.00234, '2.34 ms'],
    [0.0000456, '45.6 µs'],
  ])('%d is %s', (value, text) => {
    expect(seconds(value)).toBe(text)
  })
})
