import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StageMap } from '../../src/orchestrator/stage-map.ts'

describe('a map with versions', () => {
  it('keeps every version as it was, in whatever order they are read', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(), fc.nat()), { maxLength: 30 })
    fc.assert(
      fc.property(steps, fc.array(fc.nat(), { maxLength: 40 }), (changes, reads) => {
        const versions = [{ map: new StageMap([['a', 0]]), model: new Map([['a', 0]]) }]
        for (const [key, value, from] of changes) {
          const { map, model } = versions[from % versions.length]!
          versions.push({ map: map.with(key, value), model: new Map(model).set(key, value) })
        }
        for (const read of reads) {
          const { map, model } = versions[read % versions.length]!
          expect([...map]).toEqual([...model])
          expect(map.size).toBe(model.size)
        }
      }),
    )
  })

  it('walks its entries', () => {
    const map = new StageMap([['a', 1]]).with('b', 2).with('a', 3)
    const seen: [string, number][] = []
    map.forEach((value, key) => seen.push([key, value]))
    expect(seen).toEqual([
      ['a', 3],
      ['b', 2],
    ])
    expect([[...map.keys()], [...map.values()], map.has('b'), map.get('c')]).toEqual([
      ['a', 'b'],
      [3, 2],
      true,
      undefined,
    ])
  })
})
