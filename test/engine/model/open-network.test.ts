import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openNetwork } from '../../../src/engine/model/open-network.ts'

const real = (path: string): string => new URL(`../../../../shared/real/${path}`, import.meta.url).pathname

async function folderOf(config: object, weights: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-network-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  await copyFile(real(weights), join(folder, 'model.safetensors'))
  return folder
}

/** Share of rows whose largest logit is the answer; `logits` row-major, `at` picks the row of an example. */
const accuracy = (
  logits: Float32Array,
  answers: readonly number[],
  { classes, positions = 1 }: { readonly classes: number; readonly positions?: number },
): number =>
  answers.filter((answer, i) => {
    const start = (i * positions + positions - 1) * classes
    const row = logits.subarray(start, start + classes)
    return row.every((value, j) => j === answer || value < row[answer]!)
  }).length / answers.length

const pairs = (p: number): number[][] => Array.from({ length: p * p }, (_, i) => [Math.floor(i / p), i % p])

describe('networks of the real material', () => {
  it('adds modulo 113 as its authors’ transformer does', async () => {
    const config = {
      model_type: 'transformer_lens',
      d_vocab: 114,
      n_ctx: 3,
      d_model: 128,
      n_layers: 1,
      n_heads: 4,
      d_head: 32,
      d_mlp: 512,
      act_fn: 'relu',
      normalization_type: null,
    }
    const opened = await openNetwork(await folderOf(config, 'apollo_rib_modadd/seed0/model_epoch_60000.safetensors'), {
      threads: 2,
    })
    const all = pairs(113)
    const data = Int32Array.from(all.flatMap(([a, b]) => [a!, b!, 113]))
    const { data: logits } = (await opened.values({ data, examples: all.length }, ['logits'])).get('logits')!
    await opened.close()
    expect(
      accuracy(
        logits,
        all.map(([a, b]) => (a! + b!) % 113),
        { classes: 114, positions: 3 },
      ),
    ).toBeCloseTo(0.99969, 5)
  })

  it('adds modulo 59 with weights stored for columns and attention that is no softmax', async () => {
    const config = {
      model_type: 'transformer_lens',
      d_vocab: 59,
      n_ctx: 2,
      d_model: 128,
      n_layers: 1,
      n_heads: 4,
      d_head: 32,
      d_mlp: 512,
      act_fn: 'relu',
      normalization_type: null,
      attention_dir: 'bidirectional',
      attention_share: 0,
      attention_bias: false,
      unembed_bias: false,
    }
    const opened = await openNetwork(await folderOf(config, 'pizza_modadd59/model_p99zdpze5l.safetensors'), {
      threads: 2,
    })
    const all = pairs(59)
    const data = Int32Array.from(all.flat())
    const { data: logits } = (await opened.values({ data, examples: all.length }, ['logits'])).get('logits')!
    await opened.close()
    expect(
      accuracy(
        logits,
        all.map(([a, b]) => (a! + b!) % 59),
        { classes: 59, positions: 2 },
      ),
    ).toBe(1)
  })

  it('gives the recorded accuracies of a grokking run, whose matrices have names of their own', async () => {
    const config = {
      model_type: 'mlp',
      sizes: [23, 512, 23],
      bias: false,
      tokens: 2,
      names: { 'layers.0.weight': 'mlp.W_in', 'layers.1.weight': 'mlp.W_out' },
    }
    const opened = await openNetwork(await folderOf(config, 'modadd_grok_checkpoints/0.safetensors'), { threads: 2 })
    const test = JSON.parse(await readFile(real('modadd_grok_checkpoints/test_data.json'), 'utf8')) as [
      number,
      number,
    ][]
    const train = JSON.parse(await readFile(real('modadd_grok_checkpoints/train_data.json'), 'utf8')) as [
      number,
      number,
    ][]
    const measured: number[][] = []
    for (const epoch of [0, 800, 2600, 36000]) {
      await opened.loadWeights(real(`modadd_grok_checkpoints/${epoch}.safetensors`))
      const row: number[] = []
      for (const set of [train, test]) {
        const { data } = (
          await opened.values({ data: Int32Array.from(set.flat()), examples: set.length }, ['logits'])
        ).get('logits')!
        row.push(
          Number(
            accuracy(
              data,
              set.map(([a, b]) => (a + b) % 23),
              { classes: 23 },
            ).toFixed(4),
          ),
        )
      }
      measured.push(row)
    }
    await opened.close()
    expect(measured).toEqual([
      [0.0379, 0.0602],
      [0.7197, 0],
      [1, 0.7068],
      [1, 0.9774],
    ])
  })
})
