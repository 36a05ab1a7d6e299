import { copyFile, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'

const needed = ['config.json', 'tokenizer.json'] as const

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
    const { readModel } = await import('./read-model.ts') // the engine is loaded only where it works
    const { weights, save } = await readModel(folder)
    for (const file of needed) {
      if ((await stat(join(folder, file)).catch(() => undefined)) === undefined)
        throw new StageError(
          `${folder}: there is no ${file}`,
          'A model folder holds config.json, model.safetensors and tokenizer.json.',
        )
      await copyFile(join(folder, file), join(out, file))
    }
    await save(join(out, 'model.safetensors'))
    return { model: { path: out }, parameters: { value: weights.flat.length } }
  },
})
