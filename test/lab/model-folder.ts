import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decoderOf } from '../../src/engine/model/config.ts'
import { shapesOf } from '../../src/engine/model/decoder.ts'
import { makeWeights, saveWeights } from '../../src/engine/model/weights.ts'
import { wordLevelTokenizer } from '../../src/lab/datasets/word-level-tokenizer.ts'
import { seededRandom } from '../../src/lab/random.ts'

const config = {
  model_type: 'gpt2' as const,
  n_positions: 20,
  n_embd: 8,
  n_layer: 1,
  n_head: 2,
  n_inner: 16,
  layer_norm_epsilon: 1e-5,
  tie_word_embeddings: true,
}

/** Member `member` of a folder: `scale` 0 gives a model that guesses uniformly, any other one
 * random weights of that size, the same ones for the same scale. */
export interface MemberGiven {
  readonly chain: number
  readonly draw: number
  readonly scale: number
}

/** A small real model of these words: one set of weights, or a series of them. */
export async function modelFolder(
  folder: string,
  words: readonly string[],
  members?: readonly MemberGiven[],
): Promise<string> {
  await mkdir(folder, { recursive: true })
  const whole = { ...config, vocab_size: words.length + 3 }
  await writeFile(join(folder, 'config.json'), JSON.stringify(whole))
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(wordLevelTokenizer(words)))
  const write = (file: string, scale: number): Promise<void> => {
    const weights = makeWeights(shapesOf(decoderOf(whole, 'config.json')))
    const random = seededRandom('0f', 'weights')
    weights.flat.forEach((_, i) => (weights.flat[i] = scale * (random.uniform() - 0.5)))
    return saveWeights(join(folder, file), weights)
  }
  if (members === undefined) {
    await write('model.safetensors', 0)
    return folder
  }
  const named = members.map((member) => ({
    ...member,
    step: 0,
    file: `chain-${member.chain}-draw-${member.draw}.safetensors`,
  }))
  for (const { file, scale } of named) await write(file, scale)
  await writeFile(join(folder, 'series.json'), JSON.stringify({ version: 1, members: named }))
  return folder
}
