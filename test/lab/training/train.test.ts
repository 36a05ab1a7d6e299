import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Value } from '@sinclair/typebox/value'
import { expect, test } from 'vitest'
import { decoderNetwork } from '../../../src/engine/model/networks/decoder-network.ts'
import { readDecoder } from '../../../src/engine/model/config.ts'
import { readSafetensors } from '../../../src/engine/model/safetensors.ts'
import { readDataset } from '../../../src/lab/datasets/dataset.ts'
import { Trainer } from '../../../src/lab/training/trainer.ts'
import { trainParams } from '../../../src/lab/training/train-params.ts'
import type { StageInput } from '../../../src/stage/artifact.ts'
import type { MetricSamples } from '../../../src/stage/metrics.ts'
import type { StageContext } from '../../../src/stage/stage-context.ts'
import { deriveSeed } from '../../../src/stage/seed.ts'
import { below, real, realModel } from '../real.ts'
import { pathOf, runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

const shipped = fileURLToPath(new URL('../../../pipelines/tiny/', import.meta.url))
const read = (file: string): Promise<string> => readFile(join(shipped, file), 'utf8')

test('the shipped text is what the pipeline generates, to the byte', async () => {
  const ctx = await scratchContext(deriveSeed(0, 'corpus'))
  const made = await runKind('tiny-corpus', {
    with: { sentences: 20000, validation: 2000, facts: 160 },
    inputs: {},
    ctx,
  })
  for (const [output, file] of [
    ['train', 'train.txt'],
    ['validation', 'validation.txt'],
    ['surprisal', 'surprisal.txt'],
    ['facts', 'facts.jsonl'],
  ] as const)
    expect(await readFile((made[output] as { path: string }).path, 'utf8')).toBe(await read(file))
})

test('training it again for a short stretch gives the losses that its training recorded', async () => {
  const ctx = await scratchContext(deriveSeed(0, 'tiny'))
  const made = await runKind('text', {
    inputs: {
      path: { type: 'path', path: join(shipped, 'train.txt') },
      tokenizer: { type: 'model', path: join(shipped, 'model') },
    },
    ctx,
  })
  const data = await readDataset((made['dataset'] as { path: string }).path)
  const params = Value.Default(trainParams, { layers: 2, width: 64, heads: 4, steps: 1500, batch: 64 }) as Parameters<
    typeof Trainer.open
  >[0]['params']
  const trainer = await Trainer.open({
    network: decoderNetwork(await readDecoder(join(shipped, 'model'))),
    params,
    data: { text: data },
    seed: ctx.seed,
    threads: 1,
    scratch: ctx.scratch,
    kept: [0],
  })
  const losses: number[] = []
  await trainer.run({ until: 60, signal: ctx.signal, onStep: (_, loss) => losses.push(loss) })
  await trainer.close()
  const curve = JSON.parse(await read('curve.json')) as { steps: number[]; losses: number[] }
  expect(curve.steps.slice(0, 4)).toEqual([15, 30, 45, 60])
  curve.losses.slice(0, 4).forEach((wanted, i) => {
    const part = losses.slice(15 * i, 15 * i + 15)
    // Another processor may sum in another order; 60 steps let that grow to about 1e-5.
    expect(Math.abs(part.reduce((a, b) => a + b, 0) / 15 - wanted)).toBeLessThan(1e-3)
  })
})

type Outputs = Awaited<ReturnType<typeof runKind>>
const metric = (outputs: Outputs, name: string): number[] =>
  (valueOf(outputs['metrics']) as { metrics: Record<string, MetricSamples> }).metrics[name]!.values.flat()

async function digits(ctx: StageContext, file: string): Promise<StageInput> {
  const at = await below(ctx, file)
  const { examples } = await runKind('examples', {
    with: { scale: 16 },
    inputs: { path: real(`optdigits/${file}`) },
    ctx: at,
  })
  return { type: 'examples', path: pathOf(examples) }
}
async function configFile(ctx: StageContext, config: object): Promise<StageInput> {
  const path = join(ctx.scratch, 'config.json')
  await writeFile(path, JSON.stringify(config))
  return { type: 'path', path }
}

test.each([
  ['adamw', { optimizer: 'adamw', rate: 0.01, schedule: 'linear' }],
  ['sgd', { optimizer: 'sgd', rate: 0.1, schedule: 'constant', weightDecay: 1e-4, accumulate: 4 }],
])('a network of two layers learns handwritten digits by %s', async (_, options) => {
  const ctx = await scratchContext()
  const [data, config] = [
    await digits(ctx, 'optdigits.tra'),
    await configFile(ctx, { model_type: 'mlp', sizes: [64, 32, 10] }),
  ]
  const made = await runKind('train', {
    with: { steps: 300, batch: 64, warmup: 20, checkpoints: 4, ...options },
    inputs: { data, config },
    ctx: await below(ctx, 'train'),
  })
  const test = await digits(ctx, 'optdigits.tes')
  const series: StageInput = { type: 'checkpoints', path: pathOf(made['checkpoints']) }
  const accuracy = metric(await runKind('classification', { inputs: { model: series, data: test }, ctx }), 'accuracy')
  expect(accuracy.length).toBe(4)
  expect(accuracy[0]).toBeLessThan(0.3)
  expect(accuracy.at(-1)).toBeGreaterThan(0.93)
})

test('a network from an ONNX file is trained on: from its own weights, whose loss falls', async () => {
  const ctx = await scratchContext()
  const model = await realModel(ctx, 'modadd_grok_checkpoints/36000.onnx')
  const { train: data } = await runKind('modular-addition-data', {
    with: { modulus: 23, fraction: 0.9 },
    ctx: await below(ctx, 'pairs'),
  })
  const examples: StageInput = { type: 'examples', path: pathOf(data) }
  const made = await runKind('train', {
    with: { steps: 30, batch: 64, warmup: 0, rate: 1e-3, start: 'model', decay: 'all', checkpoints: 2 },
    inputs: { data: examples, model },
    ctx: await below(ctx, 'train'),
  })
  const series: StageInput = { type: 'checkpoints', path: pathOf(made['checkpoints']) }
  const loss = metric(await runKind('loss', { inputs: { model: series, data: examples }, ctx }), 'loss')
  expect(loss[0]).toBeLessThan(0.1)
  expect(loss[1]).toBeLessThan(loss[0]!)
  const before = await readSafetensors(join(model.path!, 'model.safetensors'))
  const init = await readSafetensors(join(pathOf(made['init']), 'model.safetensors'))
  expect([...init]).toEqual([...before])
})

test.each([
  [{}, {}, /examples do not say what network to train on them/],
  [{ start: 'model' }, { config: { model_type: 'mlp', sizes: [64, 10] } }, /start: model goes on from a model/],
  [
    { batch: 6, accumulate: 4 },
    { config: { model_type: 'mlp', sizes: [64, 10] } },
    /a batch of 6 cannot be taken in 4/,
  ],
  [{}, { config: { model_type: 'mlp', sizes: [63, 10] } }, /an example has 64 numbers, the network reads 63/],
  [{}, { config: { model_type: 'mlp', sizes: [] } }, /sizes is \[\]; at least the widths/],
  [{ output: 'lost' }, { config: { model_type: 'mlp', sizes: [64, 10] } }, /no output or hook point "lost"/],
])('what cannot be trained is refused: %j %j', async (options, { config }: { config?: object }, message) => {
  const ctx = await scratchContext()
  const data = await digits(ctx, 'optdigits.tes')
  const inputs = { data, ...(config === undefined ? {} : { config: await configFile(ctx, config) }) }
  await expect(runKind('train', { with: options, inputs, ctx: await below(ctx, 'train') })).rejects.toThrow(message)
})

test("a configuration that is none is named by the user's file, not by the copy", async () => {
  const ctx = await scratchContext()
  const data = await digits(ctx, 'optdigits.tes')
  const config = await configFile(ctx, { architecture: 'mlp' })
  const training = runKind('train', { inputs: { data, config }, ctx: await below(ctx, 'train') })
  await expect(training).rejects.toThrow(`${config.path!}: model_type is missing`)
})
