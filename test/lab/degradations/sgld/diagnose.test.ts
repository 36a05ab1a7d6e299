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
    sampler: 'sgld',
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

const found = (records: ChainRecord[], check: string) =>
  diagnose(records, parameters).findings.find((finding) => finding.check === check)
const withDraws = (change: object, record = chain()): Partial<ChainRecord> => ({
  draws: record.draws.map((draw) => ({ ...draw, ...change })),
})

test('steps that MALA would mostly refuse are suspicious, and so is a chain that rejects nearly all', () => {
  expect(
    found(
      four(() => withDraws({ acceptance: 0.93 })),
      'acceptance',
    ),
  ).toMatchObject({
    verdict: 'healthy',
    text: 'MALA would accept 93.0 % of steps, on their own minibatches',
  })
  expect(worst(four(() => withDraws({ acceptance: 0.2 })))).toBe('suspicious: acceptance')
  const mala = (acceptance: number): ChainRecord[] => four(() => ({ sampler: 'mala', ...withDraws({ acceptance }) }))
  expect(found(mala(0.2), 'acceptance')).toMatchObject({ verdict: 'healthy', text: '20.0 % of steps are accepted' })
  expect(worst(mala(0.02))).toBe('suspicious: acceptance')
  expect(found(four(), 'acceptance')).toBeUndefined()
})
test('the stiffest direction is held against the stability limit', () => {
  const stiff = (curvature: number): ChainRecord[] => four((i) => (i === 0 ? { curvature } : {}))
  expect(found(stiff(10), 'stability')).toMatchObject({
    verdict: 'healthy',
    text: expect.stringContaining('0.55') as string,
  })
  expect(found(stiff(50), 'stability')!.text).toMatch(/more than doubled/)
  expect(worst(stiff(100))).toBe('suspicious: stability')
})
test('the norms of the moves say who leads', () => {
  const norms = (drift: number, pull: number, noise: number): ChainRecord[] =>
    four(() => ({ norms: { drift, pull, noise } }))
  expect(found(norms(0.02, 0.16, 1.5), 'forces')).toMatchObject({ verdict: 'healthy' })
  expect(worst(norms(4, 0.1, 1.5))).toBe('suspicious: forces')
  expect(found(norms(1e-6, 0.1, 1.5), 'forces')!.text).toMatch(/hardly felt/)
})
test('with the whole loss both estimates of λ are compared', () => {
  // λ̂ = 1000 · .1 = 100 by the mean; a standard deviation s of nβ·L gives s² by the variance.
  const spread = (s: number): ChainRecord[] =>
    four(() => ({
      wholeLoss: true,
      draws: Array.from({ length: 200 }, (_, i) => ({
        step: i,
        loss: 1.1 + (s / 1000) * Math.sqrt(12) * (random.uniform() - 0.5),
        distance: Math.sqrt(parameters / 1000),
      })),
    }))
  expect(found(spread(10), 'two estimators')).toMatchObject({ verdict: 'healthy' })
  expect(found(spread(3), 'two estimators')!.text).toMatch(/localization still takes/)
  expect(found(spread(30), 'two estimators')!.text).toMatch(/vary more/)
  expect(found(four(), 'two estimators')).toBeUndefined()
})
test('a momentum shortens the relaxation, not below its own', () => {
  const momentum = (c: number): string =>
    found(
      four(() => ({ sampler: 'sghmc', momentum: c })),
      'relaxation',
    )!.text
  expect(momentum(0.5)).toContain('= 13 steps') // 40 · (1 − c)/(1 + c)
  expect(momentum(0.9)).toContain('= 20 steps') // 2/(1 − c)
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
