import type { TextTokenizer } from '../datasets/tokenizer.ts'
import type { Random } from '../random.ts'

/** Row-major tokens of sequences `[start?] block block`, and how long they are. */
export interface SaidTwice {
  readonly tokens: Int32Array
  readonly length: number
  /** Where the first block begins. */
  readonly start: number
}

export function saidTwice(
  {
    block,
    sequences,
    tokenizer,
    choices,
  }: { block: number; sequences: number; tokenizer: Pick<TextTokenizer, 'bos'>; choices: readonly number[] },
  random: Random,
): SaidTwice {
  const start = tokenizer.bos === undefined ? 0 : 1
  const length = start + 2 * block
  const tokens = new Int32Array(sequences * length)
  for (let i = 0; i < sequences; i++) {
    const said = Array.from({ length: block }, () => random.pick(choices))
    tokens.set([...(tokenizer.bos === undefined ? [] : [tokenizer.bos]), ...said, ...said], i * length)
  }
  return { tokens, length, start }
}
