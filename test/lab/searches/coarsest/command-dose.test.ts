import { describe, expect, it } from 'vitest'
import { commandDose, dosed } from '../../../../src/lab/searches/coarsest/command-dose.ts'

describe('the doses of a command', () => {
  it('that rise are a displacement: half of it is four times as cold', () => {
    const dose = commandDose({ start: 0.1, end: 2 })
    expect(dose.coldness(0.1) / dose.coldness(0.2)).toBeCloseTo(4, 12)
    expect(dose.value(dose.start)).toBe(0.1)
    expect(dose.value(dose.hottest)).toBe(2)
    // Nothing beyond either end.
    expect([dose.value(1e9), dose.value(1e-9)]).toEqual([0.1, 2])
  })
  it('that fall are a coldness themselves', () => {
    const dose = commandDose({ start: 3000, end: 10 })
    expect([dose.value(300), dose.coldness(300)]).toEqual([300, 300])
    expect([dose.value(dose.start), dose.value(dose.hottest)]).toEqual([3000, 10])
  })
  it('that are listed keep their order, whatever it is', () => {
    const dose = commandDose({ values: [5, 1, 7] })
    const cold = [5, 1, 7].map((value) => dose.coldness(value))
    expect(cold).toEqual([...cold].sort((a, b) => b - a))
    expect(cold.map((c) => dose.value(c))).toEqual([5, 1, 7])
    expect(dose.all).toEqual([5, 1, 7])
  })
})

it('a dose is put into each place that was left for it', () => {
  const line = { run: [{ text: 'a ' }, { dose: true }, { text: ' ' }, { dose: true }], outputs: {}, env: {} } as const
  expect(dosed(line, 0.25).run).toEqual([{ text: 'a ' }, { value: '0.25' }, { text: ' ' }, { value: '0.25' }])
})
