import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openLanguageModel } from '../../../../src/engine/model/open.ts'

const real = new URL('../../../../../shared/real/llmviz_gpt_nano_sort/', import.meta.url)

/** Somebody else's trained GPT-2 style model, with logits and activations its authors stored. */
async function openNanoSort() {
  const folder = await mkdtemp(join(tmpdir(), 'assay-nano-'))
  const config = {
    model_type: 'gpt2',
    vocab_size: 3,
    n_positions: 11,
    n_embd: 48,
    n_layer: 3,
    n_head: 3,
    tie_word_embeddings: false,
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  await writeFile(join(folder, 'model.safetensors'), await readFile(new URL('gpt-nano-sort.safetensors', real)))
  return openLanguageModel(folder, { threads: 1 })
}

// Somebody else's files, kept outside the project; without them there is nothing to compare with.
describe.skipIf(!existsSync(real))('a real model, from ../shared/real', () => {
  test('logits of a real trained model agree with those its authors stored', async () => {
    const model = await openNanoSort()
    const golden = JSON.parse(await readFile(new URL('golden.json', real), 'utf8')) as {
      tokens: number[][]
      logits: number[][][]
    }
    for (const [i, tokens] of golden.tokens.entries()) {
      for (let position = 0; position < tokens.length; position++) {
        const logits = await model.logitsAt(Int32Array.from(tokens), tokens.length, Int32Array.of(position))
        golden.logits[i]![position]!.forEach((wanted, token) => {
          expect(Math.abs(logits[token]! - wanted)).toBeLessThan(2e-5)
        })
      }
    }
    await model.close()
  })

  test('it sorts all 729 inputs, as its authors say', async () => {
    const model = await openNanoSort()
    let right = 0
    const inputs = Array.from({ length: 729 }, (_, n) =>
      Array.from({ length: 6 }, (_, i) => Math.floor(n / 3 ** i) % 3),
    )
    const answers = inputs.map((letters) => [...letters].sort((a, b) => a - b))
    // Each answer letter is predicted from the input and the answers before it, position 5 on.
    const sequences = inputs.map((letters, n) => [...letters, ...answers[n]!.slice(0, 5)])
    const tokens = Int32Array.from(sequences.flat())
    const correct = Array.from({ length: 729 }, () => true)
    for (let position = 5; position < 11; position++) {
      const logits = await model.logitsAt(tokens, 11, new Int32Array(729).fill(position))
      for (let n = 0; n < 729; n++) {
        const row = Array.from(logits.subarray(3 * n, 3 * n + 3))
        if (row.indexOf(Math.max(...row)) !== answers[n]![position - 5]) correct[n] = false
      }
    }
    right = correct.filter(Boolean).length
    expect(right).toBe(729)
    await model.close()
  })
})
