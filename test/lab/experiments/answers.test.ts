import { describe, expect, it } from 'vitest'
import { promptTokens, scoreAnswers, wordToken, type AnswerPrompt } from '../../../src/lab/experiments/answers.ts'
import { fakeModel } from '../fake-model.ts'
import { wordTokenizer } from '../word-tokenizer.ts'

const tokenizer = wordTokenizer(['a', 'b', 'c', 'd', 'e'])
const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((word) => wordToken(word, tokenizer) as number) as [
  number,
  number,
  number,
  number,
  number,
]
const prompt = (text: string, right: number[], wrong: number[]): AnswerPrompt => ({
  text,
  tokens: promptTokens(text, tokenizer),
  right,
  wrong,
})
/** ln of weights 1 to 8 by token, so that probabilities are eighths and such. */
const model = fakeModel(tokenizer.vocabulary, () => [1, 1, 1, 4, 3, 2, 2, 2].map(Math.log))

const near = (values: ArrayLike<number>, wanted: readonly number[]): void => {
  expect(values.length).toBe(wanted.length)
  wanted.forEach((want, i) => {
    expect(values[i]).toBeCloseTo(want, 6)
  })
}

describe('scoreAnswers', () => {
  it('adds up the probabilities of several right and wrong answers', async () => {
    const asked = [prompt('a b', [b, c], [d, e]), prompt('a', [d], [a]), prompt('b', [a], [b])]
    const scores = await scoreAnswers(model, asked, { pad: 0 })
    near(scores.probability, [5 / 16, 2 / 16, 4 / 16])
    near(scores['probability-difference'], [1 / 16, -2 / 16, 1 / 16])
    expect(Array.from(scores.accuracy)).toEqual([1, 0, 1])
    expect(scores['logit-difference'][0]).toBeCloseTo((Math.log(3) + Math.log(2)) / 2 - Math.log(2), 6)
    expect(Array.from(scores.top1)).toEqual([0, 0, 1])
  })
  it('does not count a tie as right', async () => {
    const scores = await scoreAnswers(model, [prompt('a', [d], [e])], { pad: 0 })
    expect([scores.accuracy[0], scores['probability-difference'][0]]).toEqual([0, 0])
  })
  it('keeps a value that is not a number', async () => {
    const broken = fakeModel(tokenizer.vocabulary, () => Array<number>(8).fill(Number.NaN))
    expect((await scoreAnswers(broken, [prompt('a', [d], [e])], { pad: 0 })).accuracy[0]).toBeNaN()
  })
})

describe('promptTokens', () => {
  it('begins with the token that starts a sequence, and names unknown words', () => {
    expect(promptTokens('a b', tokenizer)).toEqual([1, a, b])
    expect(() => promptTokens('a zebra', tokenizer)).toThrow('it reads "a <unk>"')
    expect(() => promptTokens('', tokenizer)).toThrow('a prompt is empty')
  })
})
