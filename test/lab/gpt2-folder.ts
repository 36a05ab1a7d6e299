import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decoderOf } from '../../src/engine/model/config.ts'
import { shapesOf } from '../../src/engine/model/decoder.ts'
import { makeWeights, saveWeights } from '../../src/engine/model/weights.ts'
import { copyTokenizer } from '../../src/lab/datasets/copy-tokenizer.ts'
import { seededRandom } from '../../src/lab/random.ts'
import { root } from '../house/files-below.ts'

/** The published tokenizer of GPT-2. */
export const gpt2Tokenizer = join(root, '../shared/real/gpt2_tokenizer')

/** A very small model with random weights and the tokenizer of GPT-2. */
export async function gpt2Folder(folder: string, context = 64): Promise<string> {
  await mkdir(folder, { recursive: true })
  const config = {
    model_type: 'gpt2',
    vocab_size: 50257,
    n_positions: context,
    n_embd: 8,
    n_layer: 2,
    n_head: 2,
    n_inner: 16,
    layer_norm_epsilon: 1e-5,
    tie_word_embeddings: true,
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  await copyTokenizer(gpt2Tokenizer, folder)
  const weights = makeWeights(shapesOf(decoderOf(config, 'config.json')))
  const random = seededRandom('0f', 'weights')
  weights.flat.forEach((_, i) => (weights.flat[i] = random.uniform() - 0.5))
  await saveWeights(join(folder, 'model.safetensors'), weights)
  return folder
}
