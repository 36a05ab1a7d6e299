import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { defineStage } from '../../../stage/stage-kind.ts'
import { openTokenizer, type TextTokenizer } from '../../datasets/tokenizer.ts'
import { seededRandom, type Random } from '../../random.ts'
import { writePairs, type PromptPair } from '../pairs/prompt-pairs.ts'
import { checkWords, singleTokenNames, type Order } from './draw-prompts.ts'
import { wordsFrom, type IoiWords } from './words.ts'
import { begunWith, startParam } from '../start-token.ts'

/** What the corrupted twin says instead of the clean prompt's names, in the order IO, S of the first clause, S of the second. */
const corruptions = {
  abc: 'three other names, all different (the paper’s p_ABC): nothing to answer from',
  flip: 'the second clause names IO instead of S: the other answer becomes right',
} as const
type Corruption = keyof typeof corruptions

/** IOI prompts beside their corrupted twins, for patching and circuits. */
export const ioiPairs = defineStage({
  name: 'ioi-pairs',
  version: 1,
  role: 'source',
  summary: 'IOI prompts, each with a corrupted twin of the same template, places and objects',
  source: 'Wang et al. 2022, arXiv 2211.00593, sections 2 and 3',
  example: 'tokenizer: some-model',
  seeded: true,
  params: Type.Object({
    prompts: Type.Integer({ minimum: 2, maximum: 100_000, default: 128, description: 'Number of pairs' }),
    order: Type.Union([Type.Literal('mixed'), Type.Literal('ABBA'), Type.Literal('BABA')], {
      default: 'mixed',
      description: 'Which name comes first: ABBA the indirect object, BABA the subject, mixed either',
    }),
    corruption: Type.Union([Type.Literal('abc'), Type.Literal('flip')], {
      default: 'abc',
      description: Object.entries(corruptions)
        .map(([name, text]) => `${name}: ${text}`)
        .join('; '),
    }),
    start: startParam,
  }),
  inputs: {
    tokenizer: { accepts: ['tokenizer', 'model', 'path'], description: 'The model whose tokens to write' },
    grammar: {
      accepts: ['record', 'path'],
      optional: true,
      description: "Names, places, objects and templates in the model's own words. Left out: English",
    },
  },
  outputs: {
    pairs: {
      type: 'pairs',
      description: 'Labelled positions: IO, S1, S1+1, S2, END (the last token, before the answer)',
    },
  },
  run: async ({ with: { prompts, order, corruption, start }, inputs, ctx }) => {
    const tokenizer = begunWith(await openTokenizer(inputs.tokenizer?.path ?? ''), start)
    const draw = pairDrawer(await wordsFrom(inputs.grammar), tokenizer, { order, corruption })
    const random = seededRandom(ctx.seed, 'ioi-pairs')
    const path = join(ctx.out, 'pairs.jsonl')
    await writePairs(
      path,
      Array.from({ length: prompts }, () => draw(random)),
    )
    return { pairs: { path } }
  },
})

interface Names {
  readonly io: string
  readonly s1: string
  readonly s2: string
}

/** A function that draws pairs: template, order, names, place and object uniform. Throws StageError as `promptDrawer` does. */
export function pairDrawer(
  words: IoiWords,
  tokenizer: TextTokenizer,
  { order, corruption }: { readonly order: Order; readonly corruption: Corruption },
): (random: Random) => PromptPair {
  const tokenOf = singleTokenNames(words, tokenizer)
  const all = [...tokenOf.keys()]
  return (random) => {
    const which = order === 'mixed' ? random.pick(['ABBA', 'BABA'] as const) : order
    const template = random.below(words.templates[which].length)
    const filling = { place: random.pick(words.places), object: random.pick(words.objects) }
    const [io, s, a, b, c] = random.shuffled(all) as [string, string, string, string, string]
    const other = corruption === 'abc' ? { io: a, s1: b, s2: c } : { io, s1: s, s2: io }
    const say = (names: Names) => render(words.templates[which][template]!, { ...filling, ...names }, tokenizer)
    const [clean, corrupt] = [say({ io, s1: s, s2: s }), say(other)]
    return {
      clean: clean.tokens,
      corrupt: corrupt.tokens,
      answers: [tokenOf.get(io)!],
      wrong: [tokenOf.get(s)!],
      labels: clean.labels,
      template: `${which}-${template}`,
    }
  }
}

/** A prompt up to the word before the answer, with the positions of its names. */
function render(
  pattern: string,
  filling: Names & { readonly place: string; readonly object: string },
  tokenizer: TextTokenizer,
): { text: string; tokens: number[]; labels: Record<string, number> } {
  const start = tokenizer.bos === undefined ? [] : [tokenizer.bos]
  const encode = (text: string): number[] => [...start, ...tokenizer.encode(text)]
  const ends: Record<string, number> = {}
  let [text, from] = ['', 0]
  for (const match of pattern
    .slice(0, pattern.lastIndexOf('{IO}'))
    .trimEnd()
    .matchAll(/\{(\w+)\}|$/g)) {
    text += pattern.slice(from, match.index)
    from = match.index + match[0].length
    const slot = match[1]
    if (slot === undefined) break
    const label = slot === 'S' ? ('S1' in ends ? 'S2' : 'S1') : slot
    text +=
      { IO: filling.io, S1: filling.s1, S2: filling.s2, place: filling.place, object: filling.object }[label] ??
      match[0]
    // Tokenizers cut before a space, so a beginning that ends with a word has the tokens of the whole.
    if (label === 'IO' || label === 'S1' || label === 'S2') ends[label] = encode(text).length - 1
  }
  const tokens = encode(text)
  return checkWords(
    { text, tokens, labels: { ...ends, 'S1+1': (ends['S1'] ?? 0) + 1, END: tokens.length - 1 } },
    tokenizer,
  )
}
