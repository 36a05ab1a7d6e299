import { expect, test } from 'vitest'
import type { OpenNetwork } from '../../../src/engine/model/open-network.ts'
import { classLogits, scoreClasses } from '../../../src/lab/experiments/class-logits.ts'

const network = (rows: readonly (readonly number[])[]): OpenNetwork =>
  ({
    network: { outputs: ['y'] },
    values: () =>
      Promise.resolve(
        new Map([['y', { data: Float32Array.from(rows.flat()), shape: [rows.length, rows[0]!.length] }]]),
      ),
  }) as unknown as OpenNetwork
const given = (examples: number) => ({ inputs: new Float32Array(examples), examples })

test('an output of probabilities is refused: their softmax would be a wrong loss', async () => {
  const rows = [
    [0.2, 0.3, 0.5],
    [1, 0, 0],
  ]
  await expect(classLogits(network(rows), given(2))).rejects.toThrow(/holds probabilities/)
})
test.each([
  [
    'logits that sum to one in one row',
    [
      [0.2, 0.3, 0.5],
      [2, -1, 3],
    ],
  ],
  ['ln probabilities, whose softmax is theirs', [[0.5, 0.25, 0.25].map(Math.log), [0.9, 0.05, 0.05].map(Math.log)]],
])('%s are logits', async (_, rows) => {
  const { losses } = scoreClasses(await classLogits(network(rows), given(2)), Int32Array.of(0, 0))
  const exact = rows.map((row) => Math.log(row.reduce((sum, one) => sum + Math.exp(one), 0)) - row[0]!)
  losses.forEach((loss, i) => {
    expect(loss).toBeCloseTo(exact[i]!, 6)
  })
})
