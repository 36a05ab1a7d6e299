import { expect, test } from 'vitest'
import { figuresOf } from '../../../src/reporters/view/figures-of.ts'

test('numbers and means of metrics are figures; files and records are not', () => {
  const digest = 'sha256:0' as const
  const metrics = {
    loss: { unit: 'nats/token', values: [[1, 2], [1.5]], items: 4 },
    accuracy: { unit: 'proportion', values: [[0.123456789]], items: 4 },
  }
  expect(
    figuresOf({
      entropy: { type: 'number', digest, value: 1.0123456 },
      parameters: { type: 'number', digest, value: 123456789 },
      metrics: { type: 'metrics', digest, value: { metrics } },
      grammar: { type: 'record', digest, value: { names: 3 } },
      model: { type: 'model', digest, bytes: 10 },
    }),
  ).toEqual(['entropy 1.0123', 'parameters 123456789', 'metrics.loss 1.5 nats/token', 'metrics.accuracy 0.12346'])
})

test('of checkpoints the last says its own, and nothing is averaged over training', () => {
  const metrics = { loss: { unit: 'nats', values: [[9, 3, 2]], items: 4, steps: [0, 50, 100] } }
  expect(figuresOf({ metrics: { type: 'metrics', digest: 'sha256:0', value: { metrics } } })).toEqual([
    'metrics.loss 2 at step 100',
  ])
})
