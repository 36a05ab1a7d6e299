import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSafetensors, writeSafetensors, type StoredTensor } from '../../engine/model/safetensors.ts'
import { StageError } from '../../stage/stage-context.ts'
import { NgramCounts } from './ngram-counts.ts'
import { NgramModel, type NgramHead } from './ngram-model.ts'

/**
 * Writes the `ngram` artifact: `ngram.json` (order, smoothing, vocabulary) and `counts.safetensors` with `grams.k` (I32
 * [n, k], the start mark as the number `vocabulary`) and `counts.k` (I32 [n]) of each order k.
 */
export async function writeNgram(folder: string, { head, counts }: NgramModel): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'ngram.json'), `${JSON.stringify({ version: 1, ...head }, null, 2)}\n`)
  const tensors = new Map<string, StoredTensor>()
  for (let k = 1; k <= head.order; k++) {
    const [grams, times]: [number[], number[]] = [[], []]
    for (const { gram, count } of counts.grams(k)) {
      for (const token of gram) grams.push(token)
      times.push(count)
    }
    tensors.set(`grams.${k}`, { dtype: 'I32', shape: [times.length, k], data: Int32Array.from(grams) })
    tensors.set(`counts.${k}`, { dtype: 'I32', shape: [times.length], data: Int32Array.from(times) })
  }
  await writeSafetensors(join(folder, 'counts.safetensors'), tensors)
}

/** Reads an `ngram` artifact. Throws StageError when the folder does not hold one. */
export async function readNgram(folder: string): Promise<NgramModel> {
  const text = await readFile(join(folder, 'ngram.json'), 'utf8').catch(() => '{}')
  const { version, ...head } = JSON.parse(text) as NgramHead & { readonly version?: number }
  const { order, smoothing, vocabulary } = head
  if (version !== 1)
    throw new StageError(`${folder} is not an n-gram model of version 1`, 'Make it with a stage of kind ngram.')
  const tensors = await readSafetensors(join(folder, 'counts.safetensors'))
  const counts = new NgramCounts(order, vocabulary, smoothing === 'kneser-ney')
  for (let k = 1; k <= order; k++) {
    const [grams, times] = [tensors.get(`grams.${k}`)?.data, tensors.get(`counts.${k}`)?.data]
    if (!(grams instanceof Int32Array) || !(times instanceof Int32Array) || grams.length !== k * times.length)
      throw new StageError(`${folder} has no counts of order ${k}`)
    times.forEach((count, i) => {
      counts.restore(Array.from(grams.subarray(k * i, k * (i + 1))), count)
    })
  }
  return new NgramModel(head, counts)
}
