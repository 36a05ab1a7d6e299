import { expect, it } from 'vitest'
import { readExamples, type ExampleSet } from '../../../src/lab/datasets/example-set.ts'
import { pathOf, runKind } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

async function make(options: object, seed?: string): Promise<Record<'train' | 'test' | 'memorised', ExampleSet>> {
  const outputs = await runKind('modular-addition-data', { with: options, ctx: await scratchContext(seed) })
  const [train, test, memorised] = await Promise.all(
    ['train', 'test', 'memorised'].map((name) => readExamples(pathOf(outputs[name]))),
  )
  return { train: train!, test: test!, memorised: memorised! }
}
const pairsOf = ({ inputs, examples }: ExampleSet): string[] => {
  const width = inputs.length / examples
  return Array.from({ length: examples }, (_, i) => inputs.subarray(i * width, i * width + 2).join())
}
const sums = ({ inputs, examples }: ExampleSet, p: number): number[] => {
  const width = inputs.length / examples
  return Array.from({ length: examples }, (_, i) => (inputs[i * width]! + inputs[i * width + 1]!) % p)
}

it('has every pair once, in one set or the other, with its sum', async () => {
  const { train, test, memorised } = await make({ modulus: 11, fraction: 0.4 })
  expect([train.examples, test.examples, memorised.examples]).toEqual([48, 73, 0])
  expect(new Set([...pairsOf(train), ...pairsOf(test)]).size).toBe(121)
  for (const set of [train, test]) expect(Array.from(set.targets.data)).toEqual(sums(set, 11))
})

it('gives a share of the training pairs a wrong answer, and knows which', async () => {
  const { train, test, memorised } = await make({ modulus: 23, fraction: 0.5, random: 0.1, equals: true })
  expect(train.shape).toEqual([3])
  expect(train.inputs.filter((token) => token === 23).length).toBe(train.examples)
  const wrong = Array.from(train.targets.data).filter((answer, i) => answer !== train.truth![i])
  expect(wrong.length).toBe(Math.round(0.1 * train.examples))
  expect(memorised.examples).toBe(wrong.length)
  expect(Array.from(memorised.truth!)).toEqual(sums(memorised, 23))
  expect(Array.from(memorised.targets.data).some((answer, i) => answer === memorised.truth![i])).toBe(false)
  expect(Array.from(test.targets.data)).toEqual(sums(test, 23))
})

it('is drawn by its seed', async () => {
  const [one, again, other] = [
    await make({ modulus: 7 }),
    await make({ modulus: 7 }),
    await make({ modulus: 7 }, 'fedcba9876543210'),
  ]
  expect(pairsOf(again.train)).toEqual(pairsOf(one.train))
  expect(pairsOf(other.train)).not.toEqual(pairsOf(one.train))
})

it('refuses shares that leave nothing', async () => {
  await expect(make({ modulus: 3, fraction: 0.01 })).rejects.toThrow(/of 9 pairs, 0 are for training/)
  await expect(make({ modulus: 3, fraction: 0.5, random: 0.01 })).rejects.toThrow(/0 get a random answer/)
})
