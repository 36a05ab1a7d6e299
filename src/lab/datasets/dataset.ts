import { readFile, writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readSafetensors, writeSafetensors } from '../../engine/model/safetensors.ts'
import { StageError } from '../../stage/stage-context.ts'

/** Tokenised sequences of equal length. */
export interface Dataset {
  readonly sequences: number
  /** Tokens in a sequence, padding included. */
  readonly length: number
  readonly vocabulary: number
  /** Digest of the tokens that the numbers stand for, where it is known. */
  readonly tokenizer?: string
  /** How the text was cut: `lines`, one sequence a line, or `stream`, one after another without regard to lines. */
  readonly mode: 'lines' | 'stream'
  /** Row-major [sequences, length]. */
  readonly tokens: Int32Array
  /** Row-major [sequences, length]: 1 where the token is predicted from those before it and so counts in the loss. */
  readonly mask: Uint8Array
}

/** Writes the `dataset` artifact: `dataset.json` and `tokens.safetensors` with `tokens` (I32) and `mask` (U8). */
export async function writeDataset(folder: string, dataset: Dataset): Promise<void> {
  const { tokens, mask, ...head } = dataset
  const shape = [head.sequences, head.length]
  await mkdir(folder, { recursive: true })
  await writeSafetensors(
    join(folder, 'tokens.safetensors'),
    new Map([
      ['tokens', { dtype: 'I32' as const, shape, data: tokens }],
      ['mask', { dtype: 'U8' as const, shape, data: mask }],
    ]),
  )
  const predicted = mask.reduce((sum, bit) => sum + bit, 0)
  await writeFile(join(folder, 'dataset.json'), `${JSON.stringify({ version: 1, ...head, predicted }, null, 2)}\n`)
}

/** Reads a `dataset` artifact. Throws StageError when the folder does not hold one. */
export async function readDataset(folder: string): Promise<Dataset> {
  const head = JSON.parse(await readFile(join(folder, 'dataset.json'), 'utf8')) as Omit<Dataset, 'tokens' | 'mask'> & {
    readonly version: number
  }
  const tensors = await readSafetensors(join(folder, 'tokens.safetensors'))
  const [tokens, mask] = [tensors.get('tokens')?.data, tensors.get('mask')?.data]
  const size = head.sequences * head.length
  if (
    head.version !== 1 ||
    !(tokens instanceof Int32Array) ||
    !(mask instanceof Uint8Array) ||
    tokens.length !== size ||
    mask.length !== size
  )
    throw new StageError(`${folder} is not a dataset of version 1`, 'Make it with a stage of kind text.')
  const { sequences, length, vocabulary, mode, tokenizer } = head
  return { sequences, length, vocabulary, mode, tokens, mask, ...(tokenizer === undefined ? {} : { tokenizer }) }
}
