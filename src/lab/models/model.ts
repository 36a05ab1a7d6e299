import { copyFile, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { ModelError, readConfig } from '../../engine/model/config.ts'
import { gpt2Parameters } from '../../engine/model/gpt2.ts'
import { loadWeights, makeWeights } from '../../engine/model/weights.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'

const files = ['config.json', 'model.safetensors', 'tokenizer.json'] as const

/** A model folder of the user's, checked whole before anything is built on it. */
export const model = defineStage({
  name: 'model',
  version: 1,
  role: 'source',
  summary: 'Load a model folder: config.json, model.safetensors, tokenizer.json',
  seeded: false,
  params: Type.Object({}),
  inputs: { path: { accepts: ['path'], description: 'The folder, as a model hub gives it' } },
  outputs: {
    model: { type: 'model', description: 'The checked model' },
    parameters: { type: 'number', description: 'Number of parameters' },
  },
  run: async ({ inputs, ctx }) => {
    const folder = inputs['path']?.path ?? ''
    const out = join(ctx.out, 'model')
    await mkdir(out, { recursive: true })
    const weights = await check(folder)
    for (const file of files) {
      if ((await stat(join(folder, file)).catch(() => undefined)) === undefined)
        throw new StageError(`${folder}: there is no ${file}`, `A model folder holds ${files.join(', ')}.`)
      await copyFile(join(folder, file), join(out, file))
    }
    return { model: { path: out }, parameters: { value: weights } }
  },
})

/** Reads configuration and every weight; the number of parameters. Throws StageError. */
async function check(folder: string): Promise<number> {
  try {
    const weights = makeWeights(gpt2Parameters(await readConfig(folder)))
    await loadWeights(join(folder, 'model.safetensors'), weights)
    return weights.flat.length
  } catch (error) {
    if (error instanceof ModelError) throw new StageError(error.message)
    throw error
  }
}
