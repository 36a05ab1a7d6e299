import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { Series } from '../../engine/model/language-model.ts'
import type { Weights } from '../../engine/model/weights.ts'
import type { StageOutput } from '../../stage/artifact.ts'
import type { MetricSamples } from '../../stage/metrics.ts'
import type { StageContext } from '../../stage/stage-context.ts'
import type { InputPort } from '../../stage/stage-kind.ts'
import { readDataset } from '../datasets/dataset.ts'
import { firstSequences } from '../datasets/first-sequences.ts'
import { meanPerToken, sequenceLosses } from '../scales/sequence-losses.ts'

/** Ports and parameters that every degradation of this sort has. */
export const measuredPort: InputPort = {
  accepts: ['dataset'],
  optional: true,
  description: 'Text on which the loss of each degraded model is measured; a search needs it',
}
export const lossOutput = {
  type: 'metrics',
  description:
    '`loss` of each draw and `excess`, its difference from the model’s own on the same sequences; empty without `measured`',
} as const
export const evaluateParam = Type.Integer({
  minimum: 1,
  maximum: 1_000_000,
  default: 256,
  description: 'Sequences of `measured` to use, the same ones for every draw',
})

export interface Change {
  /** Folder of the model to degrade. */
  readonly model: string
  readonly ctx: StageContext
  /** Folder of the dataset to measure the loss on, and how many of its sequences. */
  readonly measured: string | undefined
  readonly evaluate: number
  /** How many degraded models to make. */
  readonly draws: number
  /** Changes the weights in place; `original` holds them unchanged. Number `draw` counts from 0. */
  apply(weights: Weights, original: Weights, draw: number): Promise<void> | void
}

/**
 * Makes degraded copies of a model, each from the original weights, and writes them as an ensemble. Draws are
 * independent of each other, so each counts as a chain of its own. The ensemble's folder and the losses of its members.
 * Throws StageError.
 */
export async function changeWeights({
  model,
  ctx,
  draws,
  apply,
  measured,
  evaluate,
}: Change): Promise<Record<'model' | 'loss', StageOutput>> {
  const { readModel } = await import('../models/read-model.ts') // the engine is loaded only where it works
  const { weights, original, save } = await readModel(model)
  const out = join(ctx.out, 'ensemble')
  await mkdir(out, { recursive: true })
  for (const file of ['config.json', 'tokenizer.json']) await copyFile(join(model, file), join(out, file))
  const members: Series['members'][number][] = []
  for (let draw = 0; draw < draws; draw++) {
    ctx.signal.throwIfAborted()
    weights.flat.set(original.flat)
    await apply(weights, original, draw)
    const file = `draw-${draw}.safetensors`
    await save(join(out, file))
    members.push({ file, chain: draw, draw: 0, step: 0 })
    ctx.progress({ fraction: (draw + 1) / draws, note: `${draw + 1} of ${draws} draws` })
  }
  await writeFile(join(out, 'series.json'), `${JSON.stringify({ version: 1, members } satisfies Series, null, 2)}\n`)
  const losses =
    measured === undefined ? {} : await measureLosses({ model, ensemble: out, members, measured, evaluate, ctx })
  return { model: { path: out }, loss: { value: { metrics: losses } } }
}

interface Measurement {
  readonly model: string
  readonly ensemble: string
  readonly members: Series['members']
  readonly measured: string
  readonly evaluate: number
  readonly ctx: StageContext
}

/** Loss of each member, and its excess over the model's own, sequence by sequence. */
async function measureLosses({
  model,
  ensemble,
  members,
  measured,
  evaluate,
  ctx,
}: Measurement): Promise<Record<'loss' | 'excess', MetricSamples>> {
  const { openLanguageModel } = await import('../../engine/model/open.ts')
  const data = firstSequences(await readDataset(measured), evaluate)
  const opened = await openLanguageModel(model, { threads: ctx.threads })
  try {
    const own = await sequenceLosses(opened, data)
    const items = own.tokens.reduce((a, b) => a + b, 0)
    const readings: { loss: number; excess: number; error: number }[] = []
    for (const { file } of members) {
      await opened.loadWeights(join(ensemble, file))
      const now = await sequenceLosses(opened, data)
      const excess = meanPerToken({ tokens: own.tokens, nats: now.nats.map((nats, i) => nats - own.nats[i]!) })
      readings.push({ loss: meanPerToken(now).mean, excess: excess.mean, error: excess.error })
    }
    const itemError = readings.reduce((sum, { error }) => sum + error, 0) / readings.length
    const samples = (of: 'loss' | 'excess'): MetricSamples => ({
      unit: 'nats/token',
      values: readings.map((one) => [one[of]]),
      items,
      itemError,
    })
    return { loss: samples('loss'), excess: samples('excess') }
  } finally {
    await opened.close()
  }
}
