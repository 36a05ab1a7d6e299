import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { defineStage } from '../../../stage/stage-kind.ts'
import { openTokenizer } from '../../datasets/tokenizer.ts'
import { importPairs } from './import-pairs.ts'
import { writePairs } from './prompt-pairs.ts'

/** Clean and corrupted prompts of one's own, or of another project, for patching and circuits. */
export const pairsFile = defineStage({
  name: 'pairs-file',
  version: 1,
  role: 'source',
  summary: 'Read prompts with corrupted twins: JSON of auto-circuit, JSONL of feature-circuits, or one’s own',
  source: 'auto-circuit (Miller et al. 2024); feature-circuits (Marks et al. 2024)',
  example: ['path: ./pairs.jsonl', 'tokenizer: some-model'].join('\n'),
  seeded: false,
  params: Type.Object({
    start: Type.Boolean({ default: true, description: 'Begin each prompt with the start token, where there is one' }),
    limit: Type.Optional(Type.Integer({ minimum: 1, description: 'Keep only this many pairs, from the start' })),
  }),
  inputs: {
    path: {
      accepts: ['path'],
      description:
        'Fields clean, corrupt, answers, wrong_answers of each prompt (or clean_prefix, patch_prefix, clean_answer, patch_answer); answers are one token each',
    },
    tokenizer: { accepts: ['tokenizer', 'model', 'path'], description: 'The model whose tokens to write' },
  },
  outputs: {
    pairs: { type: 'pairs', description: 'The pairs whose two prompts are of the same length' },
    leftOut: {
      type: 'record',
      description: 'How many were left out: `uneven` in length, `manyTokens` with an answer of several tokens',
    },
  },
  run: async ({ with: { start, limit }, inputs, ctx }) => {
    const file = inputs.path?.path ?? ''
    const tokenizer = await openTokenizer(inputs.tokenizer?.path ?? '')
    const { pairs, ...leftOut } = importPairs(await readFile(file, 'utf8'), tokenizer, {
      source: basename(file),
      start,
    })
    const path = join(ctx.out, 'pairs.jsonl')
    await writePairs(path, pairs.slice(0, limit))
    return { pairs: { path }, leftOut: { value: leftOut } }
  },
})
