import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { seededRandom } from '../random.ts'
import { pickExamples, writeExamples, type ExampleSet } from './example-set.ts'

/** All pairs of residues, split into those to learn from and the rest: the data of the grokking experiments. */
export const modularAdditionData = defineStage({
  name: 'modular-addition-data',
  version: 1,
  role: 'source',
  summary: 'All pairs (a, b) with (a + b) mod p as the answer, split for training; some labels may be random',
  source: 'Power et al. 2022 (arXiv 2201.02177); Nanda et al. 2023 (arXiv 2301.05217)',
  seeded: true,
  params: Type.Object({
    modulus: Type.Integer({ minimum: 2, maximum: 1000, default: 113, description: 'p' }),
    fraction: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.3,
      description: 'Share of the p² pairs to train on',
    }),
    random: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0,
      description:
        'Share of the training pairs whose answer is exchanged for one of the p − 1 wrong ones, drawn evenly: they can only be memorised',
    }),
    equals: Type.Boolean({
      default: false,
      description:
        'Whether the token p, an equals sign, follows a and b: the network then answers at three positions of p + 1 tokens',
    }),
  }),
  inputs: {},
  outputs: {
    train: { type: 'examples', description: 'Pairs to train on' },
    test: { type: 'examples', description: 'The other pairs, all with the true answer' },
    memorised: {
      type: 'examples',
      description: 'The training pairs with a random answer; their `truth` is the rule’s',
    },
  },
  run: async ({ with: { modulus, fraction, random, equals }, ctx }) => {
    const all = allPairs(modulus, equals)
    const { shuffled, below } = seededRandom(ctx.seed, 'pairs')
    const order = shuffled(Array.from({ length: all.examples }, (_, i) => i))
    const count = Math.round(fraction * all.examples)
    const exchanged = Math.round(random * count)
    if (count === 0 || count === all.examples || (random > 0 && exchanged === 0))
      throw new StageError(
        `of ${all.examples} pairs, ${count} are for training and ${exchanged} get a random answer: too few of some kind`,
        'Change fraction, random or modulus.',
      )
    const train = pickExamples(all, order.slice(0, count))
    for (let i = 0; i < exchanged; i++)
      train.targets.data[i] = ((train.truth?.[i] ?? 0) + 1 + below(modulus - 1)) % modulus
    const mixed = pickExamples(train, shuffled(Array.from({ length: count }, (_, i) => i)))
    const places = Array.from({ length: count }, (_, i) => i).filter((i) => mixed.targets.data[i] !== mixed.truth?.[i])
    const sets = { train: mixed, test: pickExamples(all, order.slice(count)), memorised: pickExamples(mixed, places) }
    for (const [name, set] of Object.entries(sets)) await writeExamples(join(ctx.out, name), set)
    return Object.fromEntries(Object.keys(sets).map((name) => [name, { path: join(ctx.out, name) }]))
  },
})

/** All p² pairs in order, a before b, with the true answers. */
export function allPairs(modulus: number, equals: boolean): ExampleSet {
  const examples = modulus ** 2
  const width = equals ? 3 : 2
  const inputs = new Int32Array(examples * width)
  const answers = new Int32Array(examples)
  for (let i = 0; i < examples; i++) {
    const [a, b] = [Math.floor(i / modulus), i % modulus]
    inputs.set(equals ? [a, b, modulus] : [a, b], i * width)
    answers[i] = (a + b) % modulus
  }
  return {
    examples,
    shape: [width],
    inputs,
    targets: { kind: 'class', classes: modulus, data: answers },
    truth: answers.slice(),
    normalisation: 'none: token numbers',
  }
}
