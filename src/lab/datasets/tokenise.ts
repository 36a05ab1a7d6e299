import { largest } from '../../base/largest.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { Dataset } from './dataset.ts'
import type { TextTokenizer } from './tokenizer.ts'

export interface Cut {
  /** Where the text is from, for messages. */
  readonly source: string
  readonly mode: 'lines' | 'stream'
  /** Tokens in a sequence; absent with `lines`: as long as the longest line needs. */
  readonly length?: number | undefined
  /** Keep this many sequences from the start. */
  readonly limit?: number | undefined
  /** Largest share of tokens unknown to the tokenizer. */
  readonly unknownLimit: number
}

/**
 * Cuts a text into sequences. With `lines`, each line that is not blank is one sequence, begun by the tokenizer's start
 * token if it has one, and padded; with `stream` the whole text is one row of tokens, cut every `length` tokens, what is
 * left at the end dropped. Throws StageError for a text that is empty, too short, too long a line, or in other words.
 */
export function tokenise(text: string, tokenizer: TextTokenizer, cut: Cut): Dataset {
  if (text.trim() === '') throw new StageError(`${cut.source} has no text in it`)
  const rows = cut.mode === 'lines' ? lineRows(text, tokenizer, cut) : streamRows(text, tokenizer, cut)
  checkKnown(rows, tokenizer, cut)
  const length = cut.length ?? largest(rows.map((row) => row.length))
  const tokens = new Int32Array(rows.length * length).fill(tokenizer.pad)
  const mask = new Uint8Array(rows.length * length)
  rows.forEach((row, i) => {
    tokens.set(row, i * length)
    mask.fill(1, i * length + 1, i * length + row.length)
  })
  return { sequences: rows.length, length, vocabulary: tokenizer.vocabulary, mode: cut.mode, tokens, mask }
}

function lineRows(text: string, tokenizer: TextTokenizer, { source, length, limit }: Cut): number[][] {
  const start = tokenizer.bos === undefined ? [] : [tokenizer.bos]
  const lines = text.split('\n').map((line, i) => ({ line: line.trim(), number: i + 1 }))
  const rows = lines
    .filter(({ line }) => line !== '')
    .slice(0, limit)
    .map(({ line, number }) => ({ row: [...start, ...tokenizer.encode(line)], number }))
  const tooLong = rows.find(({ row }) => length !== undefined && row.length > length)
  if (tooLong)
    throw new StageError(
      `line ${tooLong.number} of ${source} has ${tooLong.row.length} tokens, more than length ${length}`,
      'Raise length, or leave it out.',
    )
  const tooShort = rows.find(({ row }) => row.length < 2)
  if (tooShort)
    throw new StageError(`line ${tooShort.number} of ${source} is one token long, so nothing in it can be predicted`)
  return rows.map(({ row }) => row)
}

function streamRows(text: string, tokenizer: TextTokenizer, { source, length = 128, limit }: Cut): number[][] {
  const ids = tokenizer.encode(text)
  const count = Math.min(Math.floor(ids.length / length), limit ?? Infinity)
  if (count === 0)
    throw new StageError(
      `${source} has ${ids.length} tokens, fewer than one sequence of ${length}`,
      'Give a longer text or a smaller length.',
    )
  return Array.from({ length: count }, (_, i) => ids.slice(i * length, (i + 1) * length))
}

function checkKnown(
  rows: readonly (readonly number[])[],
  { unknown, tokenOf }: TextTokenizer,
  { source, unknownLimit }: Cut,
): void {
  const all = rows.reduce((sum, row) => sum + row.length, 0)
  const bad = rows.reduce(
    (sum, row) => sum + row.filter((id) => id === unknown || id < 0 || !Number.isInteger(id)).length,
    0,
  )
  if (bad / all <= unknownLimit) return
  const first = rows.findIndex((row) => row.includes(unknown ?? -1))
  const known = (rows[first] ?? []).map((id) => tokenOf(id) ?? '?').join(' ')
  throw new StageError(
    `${bad} of ${all} tokens of ${source} are unknown to the tokenizer, more than the share ${unknownLimit} allowed; the first such sequence reads "${known}"`,
    'Use the tokenizer that belongs to this text, or raise unknownLimit.',
  )
}
