import { expect, test } from 'vitest'
import { diagnose } from '../../../../src/lab/degradations/sgld/diagnose.ts'
import type { ChainRecord } from '../../../../src/lab/degradations/sgld/record.ts'
import { seededRandom } from '../../../../src/lab/random.ts'

const parameters = 10_000
const random = seededRandom('00000000000000e1', 'diagnose')
const wobble = (size: number): number => size * (random.uniform() - 0.5)

/** A chain in equilibrium at excess loss 0.1, unless `change` says otherwise. */
function chain(change: Partial<ChainRecord> = {}): ChainRecord {
  const record: ChainRecord = {
    nbeta: 1000,
    epsilon: 5e-5,
    gamma: 1000,
    batch: 16,
    burnin: 120,
    every: 20,
    divergedAt: null,
    startLoss: 1,
    tokens: 5000,
    norms: null,
    warm: true,
    parameters,
    trace: Array.from({ length: 60 }, (_, i) => ({ until: 4 * (i + 1), loss: 1.1 + wobble(0.02) })),
    draws: Array.from({ length: 6 }, (_, i) => ({
      step: 140 + 20 * i,
      loss: 1.1 + wobble(0.01),
      distance: Math.sqrt(parameters / 1000),
    })),
  }
  return { ...record, ...change }
}
const four = (change: (i: number) => Partial<ChainRecord> = () => ({})): ChainRecord[] =>
  [0, 1, 2, 3].map((i) => chain(change(i)))
const worst = (records: ChainRecord[]): string => {
  const { verdict, findings } = diagnose(records, parameters)
  return `${verdict}: ${findings[0]!.check}`
}

test('chains in equilibrium are healthy', () => {
  expect(diagnose(four(), parameters).verdict).toBe('healthy')
})
test('a diverged chain breaks the level and is named', () => {
  const records = four((i) => (i === 2 ? { divergedAt: 17, draws: [] } : {}))
  expect(worst(records)).toBe('broken: divergence')
  expect(diagnose(records, parameters).findings[0]!.text).toContain('chain 2 at step 17')
})
test('a burn-in shorter than two relaxation times is a time, not a temperature', () => {
  expect(worst(four(() => ({ epsilon: 1e-6 })))).toBe('suspicious: relaxation')
})
test('a trace that still rises is no equilibrium', () => {
  const rising = Array.from({ length: 60 }, (_, i) => ({ until: 4 * (i + 1), loss: 1 + 0.003 * i + wobble(0.004) }))
  expect(worst(four(() => ({ trace: rising })))).toBe('suspicious: drift')
})
test('chains that tell different stories are suspicious', () => {
  const apart = four((i) => ({
    draws: chain().draws.map((draw) => ({ ...draw, loss: 1.1 + 0.1 * i + wobble(0.005) })),
  }))
  expect(worst(apart)).toBe('suspicious: agreement')
})
test('weights farther out than the localization allows point at the step size', () => {
  const far = four(() => ({
    draws: chain().draws.map((draw) => ({ ...draw, distance: Math.sqrt((1.4 * parameters) / 1000) })),
  }))
  expect(worst(far)).toBe('suspicious: confinement')
})
test('draws that fit better than the start say that the start is no minimum', () => {
  expect(worst(four(() => ({ startLoss: 1.5 })))).toBe('suspicious: below start')
})

/** How often the agreement check alarms on 4 chains × 6 draws of a first-order autoregression, chains `apart` by so many standard deviations. */
function alarms(correlation: number, apart: number): number {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
  const runs = 2000
  let count = 0
  for (let run = 0; run < runs; run++) {
    const records = four((i) => {
      let at = normal()
      const draws = chain().draws.map((draw) => {
        at = correlation * at + Math.sqrt(1 - correlation ** 2) * normal()
        return { ...draw, loss: 1.1 + 0.001 * (at + apart * i) }
      })
      return { draws }
    })
    if (
      diagnose(records, parameters).findings.some(
        ({ check, verdict }) => check === 'agreement' && verdict !== 'healthy',
      )
    )
      count++
  }
  return count / runs
}

test('the alarm on disagreeing chains is as rare and as sensitive as its description says', () => {
  // Each share is known to a standard error of at most .011; four of these.
  expect(Math.abs(alarms(0.6, 0) - 0.086)).toBeLessThan(0.03)
  expect(Math.abs(alarms(0.4, 0) - 0.0125)).toBeLessThan(0.012)
  expect(Math.abs(alarms(0.6, 1) - 0.71)).toBeLessThan(0.045)
})
