import { Type } from '@sinclair/typebox'
import type { TextTokenizer } from '../datasets/tokenizer.ts'

/** Whether prompts begin with it changes what is measured: TransformerLens puts it there, the papers on GPT-2 mostly do not. */
export const startParam = Type.Boolean({
  default: true,
  description: 'Begin each prompt with the start token, where there is one',
})

/** The tokenizer as a stage is to use it: without a start token where prompts are to have none. */
export const begunWith = (tokenizer: TextTokenizer, start: boolean): TextTokenizer =>
  start ? tokenizer : { ...tokenizer, bos: undefined }
