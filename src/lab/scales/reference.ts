import { basename } from 'node:path'
import { StageError } from '../../stage/stage-context.ts'
import { readText } from '../datasets/read-text.ts'
import type { SequenceLosses } from './sequence-losses.ts'

/**
 * The losses of a better model, or the exact −ln p of the text's generator, on the same sequences: a text file with one
 * number a line, in nats, line i for sequence i. More lines than sequences are allowed, for data that is cut short.
 */
export async function readReference(file: string, { nats, tokens }: SequenceLosses): Promise<SequenceLosses> {
  const name = basename(file)
  const lines = (await readText(file)).split('\n').filter((line) => line.trim() !== '')
  if (lines.length < nats.length)
    throw new StageError(
      `${name} has ${lines.length} lines for ${nats.length} sequences`,
      'It needs one number a line, one line for each line of the text.',
    )
  const values = lines.slice(0, nats.length).map((line, i) => {
    const value = Number(line)
    if (!(value >= 0))
      throw new StageError(`line ${i + 1} of ${name} reads "${line.trim().slice(0, 40)}", which is no loss in nats`)
    return value
  })
  return { nats: Float64Array.from(values), tokens }
}
