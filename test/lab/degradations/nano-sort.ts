import { existsSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decoderOf } from '../../../src/engine/model/config.ts'
import { shapesOf } from '../../../src/engine/model/decoder.ts'
import { loadWeights } from '../../../src/engine/model/load-weights.ts'
import { openLanguageModel } from '../../../src/engine/model/open.ts'
import { makeWeights, saveWeights, type Weights } from '../../../src/engine/model/weights.ts'

const file = new URL('../../../../shared/real/llmviz_gpt_nano_sort/gpt-nano-sort.safetensors', import.meta.url)
const config = {
  model_type: 'gpt2',
  vocab_size: 3,
  n_positions: 11,
  n_embd: 48,
  n_layer: 3,
  n_head: 3,
  tie_word_embeddings: false,
}

/** Whether somebody else's trained model that sorts six letters is at hand; it is kept outside the project. */
export const hasNanoSort = existsSync(file)

/** Share of all 729 inputs that the model sorts without a mistake, after its weights were changed. */
export async function sortedShare(change: (weights: Weights) => void): Promise<number> {
  const decoder = decoderOf(config, 'config.json')
  const weights = makeWeights(shapesOf(decoder))
  await loadWeights(file.pathname, { decoder, weights })
  change(weights)
  const folder = await mkdtemp(join(tmpdir(), 'assay-nano-'))
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  await saveWeights(join(folder, 'model.safetensors'), weights)
  const model = await openLanguageModel(folder, { threads: 1 })
  const inputs = Array.from({ length: 729 }, (_, n) => Array.from({ length: 6 }, (_, i) => Math.floor(n / 3 ** i) % 3))
  const answers = inputs.map((letters) => [...letters].sort((a, b) => a - b))
  const tokens = Int32Array.from(inputs.flatMap((letters, n) => [...letters, ...answers[n]!.slice(0, 5)]))
  const right = inputs.map(() => true)
  for (let position = 5; position < 11; position++) {
    const logits = await model.logitsAt(tokens, 11, new Int32Array(729).fill(position))
    for (let n = 0; n < 729; n++) {
      const row = Array.from(logits.subarray(3 * n, 3 * n + 3))
      if (row.indexOf(Math.max(...row)) !== answers[n]![position - 5]) right[n] = false
    }
  }
  await model.close()
  return right.filter(Boolean).length / 729
}

/** The reference table's entry for this model: accuracies after rounding to b bits, and [mean, least, most] under noise. */
export async function reference(): Promise<{
  quant: Record<string, number>
  noise: Record<string, [number, number, number]>
}> {
  const table = JSON.parse(await readFile(new URL('../REFERENCE.json', file), 'utf8')) as {
    scale: Record<string, Awaited<ReturnType<typeof reference>>>
  }
  return table.scale['llmviz_gpt_nano_sort/gpt-nano-sort']!
}
