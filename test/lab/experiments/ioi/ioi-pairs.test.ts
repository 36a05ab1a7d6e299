import { expect, it } from 'vitest'
import { openTokenizer } from '../../../../src/lab/datasets/tokenizer.ts'
import { readPairs, type PromptPair } from '../../../../src/lab/experiments/pairs/prompt-pairs.ts'
import { tinyModel, tinyPairs } from '../tiny-pairs.ts'

const tokens = ({ labels }: PromptPair, row: readonly number[]): number[] =>
  ['IO', 'S1', 'S2'].map((name) => row[labels[name]!]!)
const read = async (given: object): Promise<PromptPair[]> => readPairs((await tinyPairs(64, given)).path)

it('labels the names where they stand, and asks for the one that was said once', async () => {
  const tokenizer = await openTokenizer(tinyModel.path)
  const pairs = await read({ order: 'mixed' })
  for (const pair of pairs) {
    const [io, s1, s2] = tokens(pair, pair.clean)
    expect([io, s1, s1]).toEqual([pair.answers[0], pair.wrong[0], s2])
    expect(pair.labels['END']).toBe(pair.clean.length - 1)
    expect(tokenizer.tokenOf(pair.clean.at(-1)!)).toBe('to')
    expect(pair.template.startsWith(pair.labels['IO']! < pair.labels['S1']! ? 'ABBA' : 'BABA')).toBe(true)
  }
  expect(new Set(pairs.map(({ template }) => template.slice(0, 4)))).toEqual(new Set(['ABBA', 'BABA']))
})
it('corrupts with three other names, all different, and nothing else', async () => {
  for (const pair of await read({})) {
    const names = [...tokens(pair, pair.corrupt), ...tokens(pair, pair.clean).slice(0, 2)]
    expect(new Set(names).size).toBe(5)
    const changed = pair.clean.flatMap((token, i) => (token === pair.corrupt[i] ? [] : [i]))
    expect(changed).toEqual(['IO', 'S1', 'S2'].map((name) => pair.labels[name]!).sort((a, b) => a - b))
  }
})
it('flips the answer by naming the other in the second clause', async () => {
  for (const pair of await read({ corruption: 'flip' })) {
    const [io, s1] = tokens(pair, pair.clean)
    expect(tokens(pair, pair.corrupt)).toEqual([io, s1, io])
  }
})
