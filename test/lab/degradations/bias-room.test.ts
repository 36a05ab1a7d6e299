import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decoderOf } from '../../../src/engine/model/config.ts'
import { shapesOf } from '../../../src/engine/model/decoder.ts'
import { makeWeights, saveWeights } from '../../../src/engine/model/weights.ts'
import { withBiasRoom } from '../../../src/lab/degradations/bias-room.ts'
import { seededRandom } from '../../../src/lab/random.ts'
import type { StageInput } from '../../../src/stage/artifact.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { modelFolder } from '../model-folder.ts'
import { pathOf, runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

const sizes = { vocab_size: 6, hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 6 }
const llama = { model_type: 'llama', max_position_embeddings: 16, ...sizes }
const neox = { model_type: 'gpt_neox', max_position_embeddings: 16, rotary_pct: 0.5, ...sizes }

/** A model of three words with random weights, and a text of one token to predict from. */
async function given(config: object) {
  const ctx = await scratchContext()
  const path = await modelFolder(join(ctx.scratch, 'model'), ['a', 'b', '.'])
  await writeFile(join(path, 'config.json'), JSON.stringify(config))
  const weights = makeWeights(shapesOf(decoderOf(config, 'config.json')))
  const random = seededRandom('0e', 'weights')
  weights.flat.forEach((_, i) => (weights.flat[i] = random.uniform() - 0.5))
  await saveWeights(join(path, 'model.safetensors'), weights)
  const model: StageInput = { type: 'model', path }
  const file = join(ctx.scratch, 'one.txt')
  await writeFile(file, 'b\n')
  const text = await runKind('text', { inputs: { path: { type: 'path', path: file }, tokenizer: model }, ctx })
  return { ctx, model, data: { type: 'dataset', path: pathOf(text['dataset']) } as const }
}

const lossIn = (outputs: Awaited<ReturnType<typeof runKind>>, name = 'loss'): number =>
  (valueOf(outputs[name]) as Metrics).metrics['loss']!.values[0]![0]!

test.each([
  ['Llama', llama, { attention_bias: true, mlp_bias: true }],
  ['NeoX without biases', { ...neox, attention_bias: false }, { attention_bias: true }],
])('%s gets biases of zero: the configuration says so, and the loss is the same', async (...row) => {
  const [, config, more] = row
  const { ctx, model, data } = await given(config)
  const roomy = await withBiasRoom(model, join(ctx.scratch, 'roomy'))
  expect(JSON.parse(await readFile(join(roomy.path!, 'config.json'), 'utf8'))).toEqual({ ...config, ...more })
  const [before, after] = [
    await runKind('loss', { inputs: { model, data }, ctx }),
    await runKind('loss', { inputs: { model: roomy, data }, ctx }),
  ]
  expect(lossIn(after, 'metrics')).toBe(lossIn(before, 'metrics'))
})

test('a model that has them stays as it is', async () => {
  for (const config of [neox, { ...llama, attention_bias: true, mlp_bias: true }]) {
    const { ctx, model } = await given(config)
    expect(await withBiasRoom(model, join(ctx.scratch, 'roomy'))).toBe(model)
  }
})

test('heads and MLPs of a Llama by their mean over one token: the values themselves, so nothing changes', async () => {
  const { ctx, model, data } = await given(llama)
  const inputs = { model, measured: data, means: data }
  const own = lossIn(await runKind('loss', { inputs: { model, data }, ctx }), 'metrics')
  const gone = await runKind('ablate', { with: { count: 99, what: 'both', by: 'mean' }, inputs, ctx })
  expect(lossIn(gone)).toBeCloseTo(own, 5)
  // Its draws are ablated too, each by its own means.
  const again = { ...inputs, model: { type: 'ensemble' as const, path: pathOf(gone['model']) } }
  const twice = await runKind('ablate', { with: { count: 0, by: 'mean' }, inputs: again, ctx: await scratchContext() })
  expect(lossIn(twice)).toBeCloseTo(own, 5)
  const zero = await runKind('ablate', { with: { count: 99, what: 'both' }, inputs: { model, measured: data }, ctx })
  expect(Math.abs(lossIn(zero) - own)).toBeGreaterThan(1e-3)
})
