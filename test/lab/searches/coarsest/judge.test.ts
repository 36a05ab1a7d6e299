import { describe, expect, it } from 'vitest'
import { diagnosisOf, judge, measured } from '../../../../src/lab/searches/coarsest/judge.ts'

describe('judge', () => {
  it.each([
    ['>=', 0.95, 0.99, 'held'],
    ['>=', 0.94, 0.99, 'undecided'],
    ['>=', 0.9, 0.949, 'failed'],
    ['>=', 0.9, 0.95, 'undecided'],
    ['>', 0.95, 0.99, 'undecided'],
    ['>', 0.9, 0.95, 'failed'],
    ['<=', 0.9, 0.95, 'held'],
    ['<=', 0.951, 0.99, 'failed'],
    ['<', 0.9, 0.95, 'undecided'],
    ['<', 0.95, 0.99, 'failed'],
  ] as const)('%s 0.95 with bounds [%d, %d] is %s', (...[operator, low, high, verdict]) => {
    expect(judge({ operator, threshold: 0.95 }, { low, high })).toBe(verdict)
  })
})

const ref = (value: object) => ({ type: 'metrics' as const, digest: 'sha256:0' as const, value: value as never })

describe('measured', () => {
  const child = {
    outputs: {
      metrics: ref({
        metrics: {
          accuracy: { unit: 'proportion', values: [[0.5]], items: 100 },
          loss: { unit: 'nats', values: [[2]], items: 100 },
        },
      }),
    },
  }
  it('reads a metric by name, or the first', () => {
    expect(measured(child, { output: 'metrics', metric: 'loss' }, 0.05)).toMatchObject({
      mean: 2,
      items: 100,
      unit: 'nats',
    })
    expect(measured(child, { output: 'metrics', metric: undefined }, 0.05)).toMatchObject({
      mean: 0.5,
      unit: 'proportion',
    })
  })
  it('says what there is when a metric or an output is not there', () => {
    expect(() => measured(child, { output: 'metrics', metric: 'speed' }, 0.05)).toThrow(
      'the experiment measured no metric speed; it measured accuracy, loss',
    )
    expect(() => measured(child, { output: 'other', metric: 'loss' }, 0.05)).toThrow('needs an output other of metrics')
  })
})

it('diagnosisOf takes a degradation without a sampler as healthy', () => {
  expect(diagnosisOf({ outputs: {} }).verdict).toBe('healthy')
  expect(diagnosisOf({ outputs: { diagnosis: ref({ verdict: 'broken', findings: [] }) } }).verdict).toBe('broken')
})
