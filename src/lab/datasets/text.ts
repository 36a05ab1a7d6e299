import { basename, join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { StageInput } from '../../stage/artifact.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { writeDataset } from './dataset.ts'
import { readText } from './read-text.ts'
import { openTokenizer } from './tokenizer.ts'
import { tokenizerDigest } from './tokenizer-digest.ts'
import { tokenise } from './tokenise.ts'

/** Text into tokens: the data on which losses are measured and samplers run. */
export const text = defineStage({
  name: 'text',
  version: 2,
  role: 'source',
  summary: 'Tokenise a text file into sequences of equal length',
  example: ['path: ./text.txt', 'tokenizer: some-model'].join('\n'),
  seeded: false,
  params: Type.Object({
    mode: Type.Union([Type.Literal('lines'), Type.Literal('stream')], {
      default: 'lines',
      description:
        'lines: one sequence a line, begun by the start token and padded. stream: cut every `length` tokens.',
    }),
    length: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 65_536,
        description: 'Tokens in a sequence. Left out: as long as the longest line (lines), 128 (stream).',
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Keep only this many sequences, from the start. Left out: all.' }),
    ),
    unknownLimit: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'Largest share of tokens that may be unknown to the tokenizer.',
    }),
  }),
  oneOf: [['path', 'text']],
  inputs: {
    path: { accepts: ['path'], optional: true, description: 'A UTF-8 text file; give this or `text`' },
    text: { accepts: ['text'], optional: true, description: 'A text that another stage made; give this or `path`' },
    tokenizer: {
      accepts: ['tokenizer', 'model', 'path'],
      description: 'The tokenizer, or the model whose tokenizer to use',
    },
  },
  outputs: { dataset: { type: 'dataset', description: 'Tokens and the mask of those that are predicted' } },
  run: async ({ with: params, inputs, ctx }) => {
    const file = oneSource(inputs)
    const tokenizer = await openTokenizer(inputs.tokenizer?.path ?? '')
    const dataset = tokenise(await readText(file), tokenizer, { source: basename(file), ...params })
    const path = join(ctx.out, 'dataset')
    const digest = await tokenizerDigest(inputs.tokenizer?.path ?? '')
    await writeDataset(path, { ...dataset, ...(digest === undefined ? {} : { tokenizer: digest }) })
    return { dataset: { path } }
  },
})

function oneSource({ path, text }: Readonly<Record<string, StageInput>>): string {
  const [file, ...more] = [path?.path, text?.path].filter((given) => given !== undefined)
  if (file === undefined || more.length > 0)
    throw new StageError(
      `a text stage reads one text and was given ${file === undefined ? 'none' : 'two'}`,
      'Give either path: FILE or text: STAGE.',
    )
  return file
}
