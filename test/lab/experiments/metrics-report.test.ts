import { describe, expect, it } from 'vitest'
import { metricsReport } from '../../../src/lab/experiments/metrics-report.ts'

describe('metricsReport', () => {
  it('shows each metric with its unit and interval, and what it rests on', () => {
    const value = {
      metrics: {
        accuracy: { unit: 'proportion', values: [[0.5]], items: 100, itemError: 0.05 },
        'logit-difference': { unit: 'logits', values: [[1.25]], items: 100, itemError: 0.1 },
      },
    }
    const metrics = { type: 'metrics' as const, digest: 'sha256:0' as const, value }
    const [block] = metricsReport({ stage: 'ioi', outputs: { metrics } })
    expect(block).toEqual({
      type: 'text',
      title: 'ioi',
      lines: [
        // Clopper and Pearson for 50 of 100: 0.3983 to 0.6017; the other mean ± 1.96 · 0.1.
        'accuracy          50.0 % [39.8, 60.2]',
        'logit-difference  1.250 logits [1.054, 1.446]',
        '1 model × 100 examples; 95 % intervals',
      ],
    })
  })
  it('takes no mean over checkpoints: each step stands for itself', () => {
    const value = {
      metrics: {
        accuracy: { unit: 'proportion', values: [[0, 0.5, 1]], items: 10, itemError: 0.1, steps: [0, 100, 200] },
        loss: { unit: 'nats', values: [[4, 2, 0.001]], items: 10, itemError: 0.1, steps: [0, 100, 200] },
      },
    }
    const metrics = { type: 'metrics' as const, digest: 'sha256:0' as const, value }
    expect(metricsReport({ stage: 'digits', outputs: { metrics } })).toEqual([
      {
        type: 'table',
        title: 'digits, by training step',
        columns: ['step', 'accuracy', 'loss'],
        rows: [
          ['0', '0.0 %', '4.000'],
          ['100', '50.0 %', '2.000'],
          ['200', '100.0 %', '0.0010'],
        ],
      },
    ])
  })
  it('has nothing to show without metrics', () => {
    expect(metricsReport({ stage: 'x', outputs: {} })).toEqual([])
  })
})
