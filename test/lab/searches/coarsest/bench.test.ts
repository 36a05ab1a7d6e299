import { describe, expect, it } from 'vitest'
import { doses } from '../../../../src/lab/degradations/doses.ts'
import { seededRandom } from '../../../../src/lab/random.ts'
import { alphaOf, type Bench } from '../../../../src/lab/searches/coarsest/bench.ts'
import { lookAt, type Looked } from '../../../../src/lab/searches/coarsest/looks.ts'
import type { ArtifactRef, ArtifactType } from '../../../../src/stage/artifact.ts'
import type { Json } from '../../../../src/base/json.ts'
import type { ChildResult } from '../../../../src/stage/stage-kind.ts'

const [chains, draws, prompts] = [4, 6, 256]
const runs = 2000
const level = 0.05

/** A value with a digest of its own: hashing would be most of the time here. */
let count = 0
const unique = (type: ArtifactType, value: Json): ArtifactRef => ({
  type,
  digest: `sha256:${String(++count)}` as never,
  value,
})

interface Truth {
  readonly accuracy: number
  /** How much the error rate of a draw differs from that of another: its standard deviation over its mean. */
  readonly spread: number
}

/** Answers for one run: each set of draws has its own accuracies, each pass over it prompts of its own. */
function answers(run: number, { accuracy, spread }: Truth): Bench['results'] {
  const known = new Map<string, ChildResult>()
  const levels = new Map<string, number[][]>()
  const random = seededRandom('0a', String(run), String(accuracy), String(spread))
  const set = (name: string): number[][] => {
    const made =
      levels.get(name) ??
      Array.from({ length: chains }, () => Array.from({ length: draws }, () => drawOf(random.uniform)))
    levels.set(name, made)
    return made
  }
  // The error of a draw is uniform about its mean, so that the mean over draws is exactly the accuracy.
  const drawOf = (uniform: () => number): number =>
    1 - (1 - accuracy) * (1 + spread * Math.sqrt(3) * (2 * uniform() - 1))
  const right = (p: number): number => {
    let hits = 0
    for (let i = 0; i < prompts; i++) hits += Number(random.uniform() < p)
    return hits / prompts
  }
  const answer = (name: string): ChildResult => {
    if (name.endsWith('/degrade'))
      return { outputs: { model: unique('ensemble', 0), loss: unique('metrics', { metrics: {} }) } }
    const values = set(name.replace(/\/measure.*$/, '')).map((chain) => chain.map(right))
    return {
      outputs: {
        metrics: unique('metrics', { metrics: { accuracy: { unit: 'proportion', values, items: prompts } } }),
      },
    }
  }
  return new Proxy<Record<string, ChildResult>>(
    {},
    {
      get: (_, name: string) => {
        const found = known.get(name) ?? answer(name)
        known.set(name, found)
        return found
      },
    },
  )
}

const template = (use: string) => ({ use, with: {}, inputs: {} })
const bench = (results: Bench['results'], rounds: number): Bench => ({
  model: unique('model', 0),
  steps: [template('sgld')],
  turned: 0,
  dose: doses['sgld']!,
  measure: template('ioi'),
  beside: {},
  claim: { metric: 'accuracy', operator: '>=', threshold: 0.95, at: undefined as never },
  spending: { level, rounds },
  results,
})

const look = (run: number, truth: Truth, rounds: number): Looked =>
  lookAt(bench(answers(run, truth), rounds), { name: 'level-01', nbeta: 1000 })

const share = (truth: Truth, rounds: number, status: Looked['status']): number =>
  Array.from({ length: runs }, (_, run) => look(run, truth, rounds)).filter((one) => one.status === status).length /
  runs

describe('the error rate of a level over all of its looks', () => {
  it('is what the looks’ parts add up to', () => {
    for (const rounds of [1, 2, 3, 4, 8]) {
      const parts = Array.from({ length: rounds }, (_, i) => alphaOf({ level, rounds }, i + 1))
      expect(parts.reduce((a, b) => a + b)).toBeCloseTo(level, 12)
    }
  })

  // Three standard errors of a share of 2000 at 0.05 are 0.015; the method is to stay below α itself.
  it.each([
    { accuracy: 0.93, spread: 0.3 },
    { accuracy: 0.94, spread: 0.3 },
    { accuracy: 0.95, spread: 0.3 },
  ])('a model of accuracy $accuracy (spread $spread between draws) passes ≥ 0.95 in at most α of runs', (truth) => {
    const passed = share(truth, 4, 'held')
    expect(passed).toBeLessThanOrEqual(level)
    if (truth.accuracy < 0.95) expect(passed).toBeLessThanOrEqual(level / 10)
  })

  it('a model of accuracy 0.96 passes far more often when undecided levels are looked at again', () => {
    const truth = { accuracy: 0.96, spread: 0.3 }
    const [once, often] = [share(truth, 1, 'held'), share(truth, 5, 'held')]
    expect(often).toBeGreaterThan(0.9)
    expect(often).toBeGreaterThan(once + 0.1)
  })
})
