import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { Series } from '../../engine/model/language-model.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { copyModelFiles } from './model-files.ts'

/** Checkpoints that somebody else's training left: one network, many files of weights. */
export const series = defineStage({
  name: 'series',
  version: 1,
  role: 'source',
  summary: 'Checkpoints from files: one network, and a file of weights for each training step',
  example: 'model: some-model\npath: ./checkpoints\nfiles: step{step}/model.safetensors',
  seeded: false,
  params: Type.Object({
    files: Type.String({
      minLength: 1,
      default: '{step}.safetensors',
      description:
        'Names of the files in the folder, `{step}` standing for the training step; `*` for anything in one name',
    }),
  }),
  inputs: {
    model: { accepts: ['model'], description: 'The network that the weights are of' },
    path: { accepts: ['path'], description: 'The folder with the files' },
  },
  outputs: {
    checkpoints: { type: 'checkpoints', description: 'The weights, by training step' },
    steps: { type: 'record', description: 'The training steps, in order' },
  },
  run: async ({ with: { files }, inputs, ctx }) => {
    const [model, folder] = [inputs['model']?.path ?? '', inputs['path']?.path ?? '']
    const found = await filesOf(folder, files)
    const out = join(ctx.out, 'checkpoints')
    await mkdir(out, { recursive: true })
    await copyModelFiles(model, out)
    const { readModel } = await import('./read-model.ts') // the engine is loaded only where it works
    const opened = await readModel(model)
    const members: Series['members'][number][] = []
    for (const { step, file } of found) {
      ctx.signal.throwIfAborted()
      await opened.load(join(folder, file))
      opened.weights.flat.set(opened.original.flat)
      await opened.save(join(out, `step-${step}.safetensors`))
      members.push({ file: `step-${step}.safetensors`, chain: 0, draw: 0, step })
      ctx.progress({ fraction: members.length / found.length, note: `${members.length} of ${found.length} files` })
    }
    await writeFile(join(out, 'series.json'), `${JSON.stringify({ version: 1, members } satisfies Series, null, 2)}\n`)
    return { checkpoints: { path: out }, steps: { value: found.map(({ step }) => step) } }
  },
})

interface Found {
  readonly step: number
  readonly file: string
}

/** Files that the pattern names, by step. Throws StageError for a pattern without a step, none found, or a step twice. */
async function filesOf(folder: string, pattern: string): Promise<Found[]> {
  if (pattern.split('{step}').length !== 2)
    throw new StageError(
      `files is "${pattern}"; it must name {step} once`,
      'Such as files: step{step}/model.safetensors.',
    )
  const literal = (text: string): string =>
    text.replace(/[.*+?^${}()|[\]\\]/g, (mark) => (mark === '*' ? '[^/]*' : `\\${mark}`))
  const [before = '', after = ''] = pattern.split('{step}')
  const named = new RegExp(`^${literal(before)}(\\d+)${literal(after)}$`)
  const all = await readdir(folder, { recursive: pattern.includes('/') }).catch((cause: unknown) => {
    throw new StageError(
      `${folder} is no folder that can be read (${cause instanceof Error ? cause.message : String(cause)})`,
    )
  })
  const found = all
    .map((file) => file.split(sep).join('/'))
    .flatMap((file) => {
      const step = named.exec(file)?.[1]
      return step === undefined ? [] : [{ step: Number(step), file }]
    })
    .sort((a, b) => a.step - b.step)
  if (found.length === 0)
    throw new StageError(
      `no file in ${folder} is named like "${pattern}"`,
      `There are ${all.slice(0, 5).join(', ')}${all.length > 5 ? ' and others' : ''}.`,
    )
  const twice = found.find(({ step }, i) => found[i + 1]?.step === step)
  if (twice !== undefined) throw new StageError(`two files are of step ${twice.step}: ${twice.file} is one of them`)
  return found
}
