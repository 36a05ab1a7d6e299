import { describe, expect, it } from 'vitest'
import { cellName } from '../../src/compiler/cell-name.ts'
import { Cells } from '../../src/compiler/cells.ts'

const cellOf = (values: Record<string, string | number>): { id: string; values: typeof values } => ({
  id: `a@${cellName(values)}`,
  values,
})

describe('cellName', () => {
  it('names variables in the order of the alphabet', () => {
    expect(cellName({ seed: 0, nbeta: 10 })).toBe('nbeta=10,seed=0')
    expect(cellName({ nbeta: 10, seed: 0 })).toBe('nbeta=10,seed=0')
  })
  it('keeps text that is safe, and encodes what an id may not hold', () => {
    expect(cellName({ x: 'small_1.5-b' })).toBe('x=small_1.5-b')
    expect(cellName({ x: './a, b=(c)' })).toBe('x=.%2Fa%2C%20b%3D%28c%29')
    expect(cellName({ x: '\uD800' })).toBe(cellName({ x: '\uFFFD' }))
  })
  it('shortens long text without losing what tells it apart', () => {
    const one = cellName({ x: `${'long'.repeat(20)}1` })
    const other = cellName({ x: `${'long'.repeat(20)}2` })
    expect(one).not.toBe(other)
    expect(one.length).toBeLessThan(40)
  })
})

describe('Cells', () => {
  const cells = new Cells([
    cellOf({ seed: 0, rate: 0.1, path: './a' }),
    cellOf({ seed: 0, rate: 0.2, path: './b' }),
    cellOf({ seed: 1, rate: 0.1, path: './b' }),
  ])
  it.each([
    ['seed=0', [0, 1]],
    ['rate=0.1,seed=0', [0]],
    ['seed=0,rate=0.1', [0]],
    [' seed=1 ', [2]],
    ['path=./b', [1, 2]],
    ['path=./b,seed=1', [2]],
    ['seed=2', []],
    ['seed=1,rate=0.2', []],
    ['nobody=1', []],
    ['', []],
    ['seed', []],
  ])('%s means %j', (selection, indices) => {
    expect(cells.with(selection)).toEqual(indices.map((index) => cells.all[index]))
  })
})
