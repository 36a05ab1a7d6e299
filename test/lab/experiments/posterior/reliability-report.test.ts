import { describe, expect, it } from 'vitest'
import { reliabilityReport } from '../../../../src/lab/experiments/posterior/reliability-report.ts'

describe('reliabilityReport', () => {
  it('says how reliable the matrix is, how large, and where it lies', () => {
    const value = { metrics: { reliability: { unit: 'dimensionless', values: [[0.526]], items: 64, itemError: 0 } } }
    const metrics = { type: 'metrics' as const, digest: 'sha256:0' as const, value }
    const [block] = reliabilityReport({ stage: 'who', outputs: { metrics } }, 'influence')
    expect(block).toEqual({
      type: 'text',
      title: 'who',
      lines: [
        'reliability 0.53: correlation of the matrix from one half of the draws with that from the other',
        '64 entries in who.influence',
      ],
    })
  })
  it('has nothing to show without metrics', () => {
    expect(reliabilityReport({ stage: 'x', outputs: {} }, 'influence')).toEqual([])
  })
})
