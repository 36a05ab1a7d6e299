import { expect, test } from 'vitest'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { readDataset, writeDataset } from '../../../src/lab/datasets/dataset.ts'
import { readNgram } from '../../../src/lab/ngrams/ngram-files.ts'
import { ngramLosses } from '../../../src/lab/ngrams/ngram-losses.ts'
import { pathOf, runKind, valueOf } from '../run-kind.ts'
import { givenModelAndText } from '../scales/given.ts'

interface Answer {
  readonly orders: readonly { readonly order: number; readonly loss: number; readonly explained?: number }[]
}

test('losses of every order, explained loss against the model, and the artifact read back', async () => {
  const { ctx, model, data } = await givenModelAndText([{ chain: 0, draw: 0, scale: 1 }])
  const made = await runKind('ngram', { with: { order: 3 }, inputs: { train: data, data }, ctx })
  const { orders } = valueOf(made['orders']) as Answer
  expect(orders.map(({ order }) => order)).toEqual([1, 2, 3])
  expect(orders[0]!.explained).toBeUndefined()
  expect(valueOf(made['loss'])).toBe(orders[2]!.loss)
  const read = await readNgram(pathOf(made['ngram']))
  const { nats, tokens } = ngramLosses(read, await readDataset(data.path))
  expect(nats.reduce((a, b) => a + b, 0) / tokens.reduce((a, b) => a + b, 0)).toBeCloseTo(orders[2]!.loss, 12)

  // A uniform guess is model and start at once: there is no loss to explain.
  const { model: guess } = await givenModelAndText()
  const run = runKind('ngram', { inputs: { train: data, data, model: guess }, ctx })
  await expect(run).rejects.toThrow(/is not under 1\.7918/)
  expect(model.type).toBe('ensemble')
})

test('a uniform model’s divergence from an n-gram model is exact', async () => {
  const { ctx, model, data } = await givenModelAndText()
  const ngram = {
    type: 'ngram' as const,
    path: pathOf((await runKind('ngram', { with: { order: 1 }, inputs: { train: data, data }, ctx }))['ngram']),
  }
  const { metrics } = valueOf(
    (await runKind('ngram-divergence', { inputs: { model, ngram, data }, ctx }))['metrics'],
  ) as Metrics
  // Uniform over 6 tokens: KL(u ‖ q) = −ln 6 − Σ ln(q)/6; the text's 5 tokens cost ln 6 each.
  const counts = await readNgram(ngram.path)
  const exact = -Math.log(6) - counts.distribution([]).reduce((sum, p) => sum + Math.log(p), 0) / 6
  expect(metrics['kl']!.values[0]![0]).toBeCloseTo(exact, 6)
  const { nats } = ngramLosses(counts, await readDataset(data.path))
  expect(metrics['advantage']!.values[0]![0]).toBeCloseTo(nats.reduce((a, b) => a + b, 0) / 5 - Math.log(6), 6)
})

test('n-grams of another tokenizer’s tokens are refused', async () => {
  const { ctx, model, data } = await givenModelAndText()
  const ngram = {
    type: 'ngram' as const,
    path: pathOf((await runKind('ngram', { inputs: { train: data, data }, ctx }))['ngram']),
  }
  const other = `${ctx.scratch}/other`
  await writeDataset(other, { ...(await readDataset(data.path)), vocabulary: 5 })
  await expect(
    runKind('ngram-divergence', { inputs: { model, ngram, data: { type: 'dataset', path: other } }, ctx }),
  ).rejects.toThrow('counted over a vocabulary of 6 tokens and the data has 5')
  // As many tokens, and other ones.
  await writeDataset(other, { ...(await readDataset(data.path)), tokenizer: 'sha256:other' })
  await expect(
    runKind('ngram', { inputs: { train: data, data: { type: 'dataset', path: other } }, ctx }),
  ).rejects.toThrow('over the tokens of another tokenizer')
})
