import { expect, test } from 'vitest'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { BatchOrder } from '../../../src/engine/training/batch-order.ts'

const order = (): BatchOrder => new BatchOrder(new RandomStream('00000000000000b0', 'order'), 10, 4)

test('an epoch shows each sequence once, and the next epoch another order', () => {
  const batches = order()
  const seen = Array.from({ length: 5 }, (_, step) => [...batches.batch(step)]).flat()
  const epochs = [seen.slice(0, 10), seen.slice(10)]
  for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(epochs[0]).not.toEqual(epochs[1])
})

test('a batch is a function of its step alone', () => {
  const forward = order()
  for (let step = 0; step < 7; step++) forward.batch(step)
  expect(forward.batch(3)).toEqual(order().batch(3))
})
