import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Series } from '../../engine/model/language-model.ts'
import type { Weights } from '../../engine/model/weights.ts'
import type { StageContext } from '../../stage/stage-context.ts'

export interface Change {
  /** Folder of the model to degrade. */
  readonly model: string
  readonly ctx: StageContext
  /** How many degraded models to make. */
  readonly draws: number
  /** Changes the weights in place; `original` holds them unchanged. Number `draw` counts from 0. */
  apply(weights: Weights, original: Weights, draw: number): Promise<void> | void
}

/**
 * Makes degraded copies of a model, each from the original weights, and writes them as an ensemble. Draws are
 * independent of each other, so each counts as a chain of its own. The path of the ensemble's folder. Throws StageError.
 */
export async function changeWeights({ model, ctx, draws, apply }: Change): Promise<string> {
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
  return out
}
