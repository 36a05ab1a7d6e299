import { expect, test } from 'vitest'
import { runKind, valueOf } from '../run-kind.ts'
import { givenModelAndText, givenZerosAndExamples } from './given.ts'

test('a model that guesses uniformly has nothing to degrade; measured against a worse start it has', async () => {
  const { ctx, model, data } = await givenModelAndText()
  const run = (target: object, more: object = {}) =>
    runKind('target-loss', { with: { target }, inputs: { model, data, ...more }, ctx })
  await expect(run({ loss: 1.9 })).rejects.toThrow('not under 1.7918, which knowing nothing costs')
  await expect(run({ loss: 1.5 })).rejects.toThrow("not above the model's own 1.7918")
  await expect(run({ size: 1e6, by: 'pythia' })).rejects.toThrow('they cannot be compared')
})

test('half of the explained loss lies half way to the start that is given', async () => {
  const { ctx, model, data } = await givenModelAndText()
  const { model: worse } = await givenModelAndText([{ chain: 0, draw: 0, scale: 40 }])
  const init = { type: 'model' as const, path: worse.path }
  const { rename } = await import('node:fs/promises')
  await rename(`${worse.path}/chain-0-draw-0.safetensors`, `${worse.path}/model.safetensors`)
  await rename(`${worse.path}/series.json`, `${worse.path}/was.json`)
  const made = await runKind('target-loss', {
    with: { target: { explained: 0.5 } },
    inputs: { model, data, init },
    ctx,
  })
  const [loss, own, start] = ['loss', 'modelLoss', 'start'].map((name) => valueOf(made[name]) as number)
  expect(start).toBeGreaterThan(own!)
  expect(loss).toBeCloseTo((own! + start!) / 2, 9)
})

test('examples have targets too; of numbers there is no uniform guess, and no law is about them', async () => {
  const classes = await givenZerosAndExamples('class')
  const run = ({ ctx, ...inputs }: typeof classes, target: object) =>
    runKind('target-loss', { with: { target }, inputs, ctx })
  await expect(run(classes, { loss: 1.2 })).rejects.toThrow('not under 1.0986, which knowing nothing costs')
  await expect(run(classes, { size: 1e6, by: 'pythia' })).rejects.toThrow('a scaling law is one of text')
  await expect(run(await givenZerosAndExamples('number'), { loss: 2 })).rejects.toThrow(
    'the answers are numbers, of which there is no uniform guess',
  )
})
