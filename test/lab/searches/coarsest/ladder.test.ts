import { describe, expect, it } from 'vitest'
import {
  atNaturalScale,
  edge,
  nextMove,
  type LadderPlan,
  type LevelStatus,
  type Move,
  type Rung,
} from '../../../../src/lab/searches/coarsest/ladder.ts'

const plan: LadderPlan = {
  from: 1,
  until: 1.03,
  start: 3000,
  hottest: 0,
  snap: (nbeta: number) => nbeta,
  maximum: 64,
  maxLevels: 12,
  refine: 2,
  past: 0,
}

/** Loss of a model whose λ is 60, as the control law has it: ΔL = λ/nβ. */
const byLaw = (nbeta: number): number => 1 + 60 / nbeta

/** Plays the search to its end against a synthetic model. */
function play(
  status: (loss: number) => LevelStatus,
  { loss = byLaw, ...more }: Partial<LadderPlan> & { loss?: (nbeta: number) => number } = {},
) {
  const rungs: Rung[] = []
  for (;;) {
    const move: Move = nextMove(rungs, { ...plan, ...more })
    if (move.type === 'stop') return { rungs, because: move.because, ...edge(rungs) }
    rungs.push({
      nbeta: move.nbeta,
      purpose: move.purpose,
      loss: { mean: loss(move.nbeta), se: 0.0005 },
      status: status(loss(move.nbeta)),
    })
    expect(rungs.length).toBeLessThanOrEqual(more.maxLevels ?? plan.maxLevels)
  }
}
const until =
  (edgeLoss: number) =>
  (loss: number): LevelStatus =>
    loss <= edgeLoss ? 'held' : 'failed'
const purposes = (rungs: readonly Rung[]): string => rungs.map(({ purpose }) => purpose[0]).join('')

describe('the ladder', () => {
  it('steers to the natural scale, doubles until the claim fails, and closes in', () => {
    const { rungs, because, held, beyond } = play(until(1.4))
    expect(atNaturalScale(rungs, plan)?.reached).toBe(true)
    expect(because).toBe('bracketed')
    expect(held?.loss?.mean).toBeLessThanOrEqual(1.4)
    expect(beyond?.loss?.mean).toBeGreaterThan(1.4)
    expect(Math.log((held?.nbeta ?? 0) / (beyond?.nbeta ?? 1))).toBeLessThan(Math.log(2) / 4 + 0.1)
    expect(purposes(rungs)).toMatch(/^s{1,3}c+r{2}$/)
  })

  it('finds the edge wherever it is, to within the last bisection', () => {
    for (const where of [1.035, 1.05, 1.1, 1.3, 1.9, 2.5]) {
      const { held, beyond } = play(until(where), { maxLevels: 20, refine: 5 })
      expect(held?.loss?.mean, `edge ${where}`).toBeLessThanOrEqual(where)
      expect(beyond?.loss?.mean, `edge ${where}`).toBeGreaterThan(where)
      expect(((beyond?.loss?.mean ?? 9) - 1) / ((held?.loss?.mean ?? 1) - 1), `edge ${where}`).toBeLessThan(1.15)
    }
  })

  it('stops at the end of the range when the claim never fails', () => {
    const { because, held, beyond } = play(() => 'held', { maximum: 16 })
    expect([because, beyond]).toEqual(['range-ends', undefined])
    expect(((held?.loss?.mean ?? 0) - 1) / 0.03).toBeGreaterThan(0.9 * 16)
  })

  it('never tries more levels than allowed', () => {
    expect(play(() => 'held', { maxLevels: 4 })).toMatchObject({ because: 'levels-spent', rungs: { length: 4 } })
  })

  it('looks on the cold side when the claim fails at once', () => {
    const { rungs, held, because } = play(until(1.015))
    expect(because).toBe('bracketed')
    expect(rungs.filter(({ purpose }) => purpose === 'coarsen')).toEqual([])
    expect(held?.loss?.mean).toBeLessThanOrEqual(1.015)
    expect(play(() => 'failed').held).toBeUndefined()
  })

  it('does not count a level that holds beyond one that does not', () => {
    const band = (loss: number): LevelStatus => (loss > 1.1 && loss < 1.2 ? 'failed' : 'held')
    const { held, beyond } = play(band)
    expect(held?.loss?.mean).toBeLessThanOrEqual(1.1)
    expect(beyond?.loss?.mean).toBeGreaterThan(1.1)
    expect(beyond?.loss?.mean).toBeLessThan(1.2)
  })

  it('takes as edge the last level before the first that does not hold, in whatever order they were tried', () => {
    const rung = (nbeta: number, status: LevelStatus): Rung => ({ nbeta, status, purpose: 'coarsen' })
    const { held, beyond } = edge([
      rung(100, 'held'),
      rung(1000, 'held'),
      rung(300, 'failed'),
      rung(3000, 'held'),
      rung(50, 'failed'),
    ])
    expect([held?.nbeta, beyond?.nbeta]).toEqual([1000, 300])
    expect(edge([rung(100, 'failed'), rung(50, 'held')])).toMatchObject({ held: undefined, beyond: { nbeta: 100 } })
  })

  it('treats undecided and unhealthy levels as not held', () => {
    for (const status of ['undecided', 'unhealthy'] as const) {
      const { held, beyond } = play((loss) => (loss <= 1.2 ? 'held' : status))
      expect(beyond?.status).toBe(status)
      expect(held?.loss?.mean).toBeLessThanOrEqual(1.2)
    }
  })

  it('ends on a flat curve, where nothing that is turned makes the model rougher', () => {
    const { rungs } = play(() => 'held', { loss: () => 1.005 })
    expect(rungs.length).toBeLessThanOrEqual(plan.maxLevels)
    expect(new Set(rungs.map(({ nbeta }) => nbeta)).size).toBe(rungs.length)
  })

  it('goes colder when the sampler breaks before it draws anything', () => {
    const first: Rung = { nbeta: 3000, purpose: 'steer', status: 'unhealthy' }
    expect(nextMove([first], plan)).toMatchObject({ type: 'try', nbeta: 6000, purpose: 'refine' })
  })

  it('is a function of the levels alone', () => {
    const { rungs } = play(until(1.4))
    for (let i = 0; i < rungs.length; i++)
      expect(nextMove(rungs.slice(0, i), plan)).toMatchObject({
        type: 'try',
        nbeta: rungs[i]?.nbeta,
        purpose: rungs[i]?.purpose,
      })
  })

  it('is at the natural scale within its own error or a tenth of the gap', () => {
    const at = (mean: number, se: number) => atNaturalScale([{ loss: { mean, se } }], { from: 1, until: 2 })?.reached
    expect([at(1.95, 0), at(1.85, 0), at(1.85, 0.2)]).toEqual([true, false, true])
    expect(atNaturalScale([], { from: 1, until: 2 })).toBeUndefined()
  })
})

describe('doses in whole numbers, with an end', () => {
  const bits = {
    start: 4 ** 8,
    hottest: 4 ** 2,
    snap: (c: number) => 4 ** Math.min(16, Math.max(2, Math.round(Math.log2(c) / 2))),
  }
  const loss = (coldness: number): number => 1 + 40 / coldness

  it('tries no dose twice and none that cannot be made', () => {
    const { rungs } = play((at) => (at < 1.1 ? 'held' : 'failed'), { ...bits, loss })
    const tried = rungs.map(({ nbeta }) => Math.log2(nbeta) / 2)
    expect(new Set(tried).size).toBe(tried.length)
    expect(tried.every((one) => Number.isInteger(one) && one >= 2 && one <= 16)).toBe(true)
  })

  it('stops at the end of the range when everything holds', () => {
    const { rungs, because } = play(() => 'held', { ...bits, loss, maximum: 1e9 })
    expect(Math.min(...rungs.map(({ nbeta }) => nbeta))).toBe(4 ** 2)
    expect(because).toBe('range-ends')
  })
})
