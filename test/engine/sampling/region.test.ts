import { expect, test } from 'vitest'
import { combineRegions, Region } from '../../../src/engine/sampling/region.ts'

const indices = (region: Region): number[] => {
  const all: number[] = []
  region.each((i) => all.push(i))
  return all
}

test('counts, visits and restores', () => {
  const region = new Region([1, 3, 5, 6], 7)
  expect([region.count, region.isWhole, Region.whole(4).isWhole]).toEqual([3, false, true])
  expect(indices(region)).toEqual([1, 2, 5])
  const to = Float32Array.from({ length: 7 }, () => 9)
  region.restoreOutside(to, new Float32Array(7))
  expect(Array.from(to)).toEqual([0, 9, 9, 0, 0, 9, 0])
})

test('ranges must ascend and stay inside', () => {
  expect(() => new Region([0, 3, 2, 4], 5)).toThrow(RangeError)
  expect(() => new Region([0, 6], 5)).toThrow(RangeError)
  expect(() => new Region([2, 2], 5)).toThrow(RangeError)
})

test('union, difference and intersection agree with sets', () => {
  let state = 7
  const random = (n: number): number => (state = (state * 48271) % 2147483647) % n
  const make = (): Region => {
    const cuts = [...new Set(Array.from({ length: 6 }, () => random(30)))].sort((a, b) => a - b)
    return new Region(cuts.slice(0, cuts.length - (cuts.length % 2)), 30)
  }
  for (let i = 0; i < 200; i++) {
    const [a, b] = [make(), make()]
    const [inA, inB] = [new Set(indices(a)), new Set(indices(b))]
    for (const keep of [
      (x: boolean, y: boolean) => x || y,
      (x: boolean, y: boolean) => x && y,
      (x: boolean, y: boolean) => x && !y,
    ]) {
      const wanted = Array.from({ length: 30 }, (_, j) => j).filter((j) => keep(inA.has(j), inB.has(j)))
      expect(indices(combineRegions(a, b, keep))).toEqual(wanted)
    }
  }
})
