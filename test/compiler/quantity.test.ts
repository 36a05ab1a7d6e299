import { describe, expect, it } from 'vitest'
import { quantityInWords, readQuantity } from '../../src/compiler/quantity.ts'

describe('readQuantity', () => {
  it.each([
    ['90s', 90],
    ['10m', 600],
    ['2h', 7200],
    ['1.5h', 5400],
    ['250ms', 0.25],
    ['1d', 86_400],
  ])('%s is %d seconds', (text, seconds) => {
    expect(readQuantity(text, 'duration')).toEqual({ ok: true, value: seconds })
  })
  it.each([
    ['512MiB', 512 * 1024 * 1024],
    ['2GiB', 2 ** 31],
    ['2GB', 2e9],
    ['100B', 100],
  ])('%s is %d bytes', (text, bytes) => {
    expect(readQuantity(text, 'size')).toEqual({ ok: true, value: bytes })
  })
  it.each([
    ['10 minutes', 'write `10m`'],
    ['1h30m', 'a duration has one unit: write `90m`'],
    ['5 sec', 'write `5s`'],
    ['10 m', 'write `10m`'],
    ['2H', 'write `2h`'],
    [600, 'write `600s`'],
    ['2GiB', '`2GiB` is a size, not a duration'],
    ['soon', 'units: ms, s, m, h, d'],
    ['-5s', 'units'],
    ['0s', 'units'],
    [null, 'units'],
    [['5s'], 'units'],
    ['1e400s', 'units'],
    [`${'9'.repeat(400)}s`, 'units'],
    ['5constructor', 'units'],
  ])('%j is no duration: %s', (value, help) => {
    expect(readQuantity(value, 'duration')).toMatchObject({
      ok: false,
      error: { help: expect.stringContaining(help) as string },
    })
  })
  it.each([
    ['2gb', 'write `2GB`'],
    ['2 GiB', 'write `2GiB`'],
    ['2G', 'write `2GB`'],
    [2, 'write `2GiB`'],
    ['10 minutes', '`10 minutes` is a duration, not a size'],
  ])('%j is no size: %s', (value, help) => {
    expect(readQuantity(value, 'size')).toMatchObject({
      ok: false,
      error: { help: expect.stringContaining(help) as string },
    })
  })
})

describe('quantityInWords', () => {
  it('knows what a text measures, in any spelling', () => {
    expect(['10 minutes', '3h', '2 gigabytes', '2GiB', 'ten', '10'].map(quantityInWords)).toEqual([
      'duration',
      'duration',
      'size',
      'size',
      undefined,
      undefined,
    ])
  })
})
