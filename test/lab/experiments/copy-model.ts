import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decoderOf } from '../../../src/engine/model/config.ts'
import { shapesOf } from '../../../src/engine/model/decoder.ts'
import { makeWeights, saveWeights } from '../../../src/engine/model/weights.ts'
import { writePairs, type PromptPair } from '../../../src/lab/experiments/pairs/prompt-pairs.ts'

const config = {
  ...{ model_type: 'gpt2', vocab_size: 8, n_positions: 4, n_embd: 16, n_layer: 1, n_head: 2, n_inner: 16 },
}

/**
 * A model written by hand: at the last of four positions, head 0 looks at position 1 alone and copies its token to the
 * answer. Head 1 and the MLP are zero. Tokens are axes 0–7 of the stream, positions axes 8–11.
 */
export async function copyModel(folder: string): Promise<{ type: 'model'; path: string }> {
  const weights = makeWeights(shapesOf(decoderOf(config, 'config.json')))
  const set = (name: string, [row, column]: readonly [number, number], value: number): void => {
    const { data, shape } = weights.tensors.get(name)!
    data[row * (shape[1] ?? 1) + column] = value
  }
  for (const name of ['h.0.ln_1.weight', 'h.0.ln_2.weight', 'ln_f.weight'])
    (weights.tensors.get(name)!.data as Float32Array).fill(1)
  for (let token = 0; token < 8; token++) {
    set('wte.weight', [token, token], 1)
    set('h.0.attn.c_attn.weight', [token, 32 + token], 1) // values of head 0: the token
    set('h.0.attn.c_proj.weight', [token, token], 1)
  }
  for (let position = 0; position < 4; position++) set('wpe.weight', [position, 8 + position], 1)
  set('h.0.attn.c_attn.weight', [8 + 3, 0], 50) // the last position asks
  set('h.0.attn.c_attn.weight', [8 + 1, 16], 50) // position 1 answers
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  await saveWeights(join(folder, 'model.safetensors'), weights)
  return { type: 'model', path: folder }
}

/** Prompts that differ in the token at position 1, which is the answer. */
export async function copyPairs(file: string): Promise<{ type: 'pairs'; path: string }> {
  const pairs = [
    [1, 2, 3, 4],
    [5, 6, 1, 2],
    [7, 3, 2, 0],
    [2, 5, 5, 1],
  ].map((clean, i): PromptPair => {
    const wrong = (clean[1]! + 1 + i) % 8
    const corrupt = clean.map((token, at) => (at === 1 ? wrong : token))
    return {
      clean,
      corrupt,
      answers: [clean[1]!],
      wrong: [wrong],
      labels: { first: 0, said: 1, END: 3 },
      template: 'copy',
    }
  })
  await writePairs(file, pairs)
  return { type: 'pairs', path: file }
}
