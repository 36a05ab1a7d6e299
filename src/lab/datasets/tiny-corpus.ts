import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { JsonObject } from '../../base/json.ts'
import { StageError, type StageContext } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { seededRandom } from '../random.ts'
import { drawSentence, entropy, vocabularyOf, type Grammar, type Sentence } from './grammar.ts'
import { mostWords } from './invented-words.ts'
import { factPrompts, ioiWords, tinyGrammar } from './tiny-grammar.ts'
import { specials, wordLevelTokenizer } from './word-level-tokenizer.ts'

const share = (value: number, what: string) =>
  Type.Number({ minimum: 0, maximum: 1, default: value, description: `Share of sentences that are ${what}` })
const params = Type.Object({
  sentences: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 20_000, description: 'Sentences to train on' }),
  validation: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 2_000,
    description: 'Sentences drawn apart from those to train on',
  }),
  facts: Type.Integer({ minimum: 2, maximum: mostWords, default: 160, description: 'One-to-one facts to memorise' }),
  shares: Type.Object(
    { ioi: share(0.6, 'indirect-object sentences'), facts: share(0.3, 'facts'), filler: share(0.1, 'filler') },
    { default: {}, description: 'What the sentences are about; the three must sum to 1', additionalProperties: false },
  ),
})

/**
 * Text of a small stochastic grammar whose entropy is known exactly, so that the best possible loss is no guess.
 * The text to validate on is a second, independent draw from the same grammar; facts recur in it, as they must.
 */
export const tinyCorpus = defineStage({
  name: 'tiny-corpus',
  version: 1,
  role: 'source',
  summary: 'Generate text with a rule to learn (indirect objects), facts to memorise, and an entropy known exactly',
  seeded: true,
  params,
  inputs: {},
  outputs: {
    train: { type: 'text', description: 'Sentences to train on, one a line' },
    validation: { type: 'text', description: 'Sentences drawn apart, one a line' },
    surprisal: { type: 'text', description: 'Exact −ln p of each validation sentence in nats, one a line' },
    facts: { type: 'relation', description: 'One prompt and answer for each fact' },
    tokenizer: { type: 'tokenizer', description: 'Word-level tokenizer with <pad>, <bos>, <unk>' },
    entropy: {
      type: 'number',
      description: 'Exact entropy of the grammar, nats/token: the least mean loss over all texts',
    },
    floor: {
      type: 'number',
      description: 'Mean exact −ln p of this validation text, nats/token: what a perfect model scores on it',
    },
    grammar: { type: 'record', description: 'Names, places, objects and templates for drawing IOI prompts' },
  },
  run: async ({ with: { sentences, validation, facts, shares }, ctx }) => {
    const sum = shares.ioi + shares.facts + shares.filler
    if (Math.abs(sum - 1) > 1e-9)
      throw new StageError(
        `the shares sum to ${sum}, not to 1`,
        'Set shares.ioi, shares.facts and shares.filler so that they sum to 1.',
      )
    const grammar = tinyGrammar(shares, facts, seededRandom(ctx.seed, 'facts'))
    const draw = (count: number, name: string): Sentence[] => {
      const random = seededRandom(ctx.seed, name)
      return Array.from({ length: count }, () => drawSentence(grammar, random))
    }
    return writeCorpus(grammar, { train: draw(sentences, 'train'), validation: draw(validation, 'validation') }, ctx)
  },
})

async function writeCorpus(
  grammar: Grammar,
  { train, validation }: { train: Sentence[]; validation: Sentence[] },
  ctx: StageContext,
) {
  const write = async (name: string, lines: readonly string[]): Promise<{ path: string }> => {
    const path = join(ctx.out, name)
    await writeFile(path, `${lines.join('\n')}\n`)
    return { path }
  }
  const textOf = (sentences: readonly Sentence[]): string[] => sentences.map(({ words }) => words.join(' '))
  const tokenizer = join(ctx.out, 'tokenizer')
  await mkdir(tokenizer, { recursive: true })
  await write('tokenizer/tokenizer.json', [JSON.stringify(wordLevelTokenizer(vocabularyOf(grammar)), null, 1)])
  const nats = validation.reduce((sum, { surprisal }) => sum + surprisal, 0)
  const words = validation.reduce((sum, sentence) => sum + sentence.words.length, 0)
  const record: JsonObject = { version: 1, start: specials.bos, ...ioiWords(grammar) }
  return {
    train: await write('train.txt', textOf(train)),
    validation: await write('validation.txt', textOf(validation)),
    surprisal: await write(
      'surprisal.txt',
      validation.map(({ surprisal }) => surprisal.toFixed(9)),
    ),
    facts: await write(
      'facts.jsonl',
      factPrompts(grammar).map((fact) => JSON.stringify(fact)),
    ),
    tokenizer: { path: tokenizer },
    entropy: { value: entropy(grammar).perToken },
    floor: { value: nats / words },
    grammar: { value: record },
  }
}
