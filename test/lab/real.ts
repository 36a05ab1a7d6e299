import { join } from 'node:path'
import type { StageInput } from '../../src/stage/artifact.ts'
import type { StageContext } from '../../src/stage/stage-context.ts'
import { pathOf, runKind } from './run-kind.ts'

const above = new URL('../../../shared/real/', import.meta.url).pathname
const pipelines = new URL('../../pipelines/real/', import.meta.url).pathname

/** A file of the models and data that others made, which are kept beside the project. */
export const real = (path: string): StageInput => ({ type: 'path', path: join(above, path) })
/** A file that says what such a model is; of this project. */
export const configOf = (name: string): StageInput => ({ type: 'path', path: join(pipelines, `${name}.config.json`) })

/** The context of another stage of the same test, below the one given. */
export async function below(ctx: StageContext, name: string): Promise<StageContext> {
  const { mkdir } = await import('node:fs/promises')
  const [out, scratch] = [join(ctx.out, name), join(ctx.scratch, name)]
  await mkdir(out, { recursive: true })
  await mkdir(scratch, { recursive: true })
  return { ...ctx, out, scratch }
}

/** A real model as the `model` stage gives it. */
export async function realModel(ctx: StageContext, path: string, config?: string): Promise<StageInput> {
  const { model } = await runKind('model', {
    inputs: { path: real(path), ...(config === undefined ? {} : { config: configOf(config) }) },
    ctx: await below(ctx, 'model'),
  })
  return { type: 'model', path: pathOf(model) }
}
