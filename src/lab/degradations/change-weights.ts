import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { Network } from '../../engine/model/network.ts'
import type { Series } from '../../engine/model/language-model.ts'
import type { Weights } from '../../engine/model/weights.ts'
import type { StageOutput } from '../../stage/artifact.ts'
import type { InputPort } from '../../stage/stage-kind.ts'
import { copyModelFiles } from '../models/model-files.ts'
import { readMembers, type Member } from '../series.ts'
import { measureLosses, type Measuring } from './measure-losses.ts'

/** Ports and parameters that every degradation of this sort has. */
export const degradedPorts = {
  model: {
    accepts: ['model', 'ensemble'],
    description: 'The model, or degraded ones to degrade further, each by itself',
  },
  measured: {
    accepts: ['dataset', 'examples'],
    optional: true,
    description: 'Text or examples on which the loss of each degraded model is measured; a search needs it',
  },
  original: {
    accepts: ['model'],
    optional: true,
    description: 'What `excess` is counted from. Left out: the model, where it is one; no excess where they are many',
  },
} as const satisfies Record<string, InputPort>
export const lossOutput = {
  type: 'metrics',
  description:
    '`loss` of each draw and `excess`, its difference from the model’s own on the same sequences; empty without `measured`',
} as const
export const evaluateParam = Type.Integer({
  minimum: 1,
  maximum: 1_000_000,
  default: 256,
  description: 'Sequences or examples of `measured` to use, the same ones for every draw',
})

export interface Degraded {
  readonly weights: Weights
  /** The weights before, unchanged. */
  readonly original: Weights
  /** Counts all degraded models of this stage from 0. */
  readonly draw: number
  readonly network: Network
}

interface Change extends Measuring {
  /** How many degraded models to make of each model given. */
  readonly draws: number
  /** Changes `weights` in place. */
  apply(degraded: Degraded): Promise<void> | void
}

/**
 * Makes degraded copies of a model, or of each member of an ensemble, each from its own weights, and writes them as an
 * ensemble. Copies of one model are independent of each other, so each counts as a chain of its own; copies of a member
 * stay in that member's chain, since what is alike in a chain stays alike. The ensemble's folder and the losses of its
 * members. Throws StageError.
 */
export async function changeWeights(change: Change): Promise<Record<'model' | 'loss', StageOutput>> {
  const { inputs, ctx, draws, apply } = change
  const model = inputs['model']?.path ?? ''
  const given = await readMembers(model)
  const isOne = inputs['model']?.type !== 'ensemble'
  const { readModel } = await import('../models/read-model.ts') // the engine is loaded only where it works
  const { network, weights, original, save, load } = await readModel(
    model,
    isOne ? undefined : join(model, given[0]?.file ?? ''),
  )
  const out = join(ctx.out, 'ensemble')
  await mkdir(out, { recursive: true })
  await copyModelFiles(model, out)
  const members: Member[] = []
  const all = given.length * draws
  for (const member of given) {
    if (!isOne) await load(join(model, member.file))
    for (let i = 0; i < draws; i++) {
      ctx.signal.throwIfAborted()
      const draw = members.length
      weights.flat.set(original.flat)
      await apply({ weights, original, draw, network })
      const file = `draw-${draw}.safetensors`
      await save(join(out, file))
      const place = isOne ? { chain: draw, draw: 0 } : { chain: member.chain, draw: member.draw * draws + i }
      members.push({ file, ...place, step: 0 })
      ctx.progress({ fraction: (draw + 1) / all, note: `${draw + 1} of ${all} draws` })
    }
  }
  await writeFile(join(out, 'series.json'), `${JSON.stringify({ version: 1, members } satisfies Series, null, 2)}\n`)
  const losses = Object.entries(await measureLosses(change, { path: out, members }))
  const metrics = Object.fromEntries(losses.map(([name, samples]) => [name, { ...samples }]))
  return { model: { path: out }, loss: { value: { metrics } } }
}
