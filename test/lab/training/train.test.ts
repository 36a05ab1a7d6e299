import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Value } from '@sinclair/typebox/value'
import { expect, test } from 'vitest'
import { readDecoder } from '../../../src/engine/model/config.ts'
import { readDataset } from '../../../src/lab/datasets/dataset.ts'
import { Trainer } from '../../../src/lab/training/trainer.ts'
import { trainParams } from '../../../src/lab/training/train-params.ts'
import { deriveSeed } from '../../../src/stage/seed.ts'
import { runKind } from '../run-kind.ts'
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
    decoder: await readDecoder(join(shipped, 'model')),
    params,
    data,
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
