import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { Series } from '../../engine/model/language-model.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { copyModelFiles } from '../models/model-files.ts'
import { readMembers, type Member } from '../series.ts'
import { evaluateParam, lossOutput } from './change-weights.ts'
import { measureLosses } from './measure-losses.ts'

/**
 * The model as it was at an earlier step of its training: what is hard to learn is not there yet. Checkpoints are no path
 * on which losses or metrics must fall one after the other, so a search measures every one of them and bisects nothing.
 */
export const checkpoints = defineStage({
  name: 'checkpoints',
  version: 1,
  role: 'degradation',
  summary: 'Go back to an earlier step of the training',
  source:
    'Biderman et al. 2023 (arXiv 2304.01373), whose smaller models get worse again at some tasks as they are trained',
  seeded: false,
  params: Type.Object({
    at: Type.Integer({ minimum: 0, description: 'Training step; there must be a checkpoint of it' }),
    evaluate: evaluateParam,
  }),
  inputs: {
    series: { accepts: ['checkpoints'], description: 'Checkpoints of the training' },
    model: {
      accepts: ['model'],
      optional: true,
      description: 'The trained model, which `excess` is counted from. Left out: no excess',
    },
    measured: {
      accepts: ['dataset', 'examples'],
      optional: true,
      description: 'Text or examples on which the loss of the checkpoint is measured; a search needs it',
    },
  },
  outputs: { model: { type: 'model', description: 'The model at that step' }, loss: lossOutput },
  run: async ({ with: { at, evaluate }, inputs, ctx }) => {
    const series = inputs['series']?.path ?? ''
    const member = memberAt(await readMembers(series), at)
    const out = join(ctx.out, 'model')
    await mkdir(out, { recursive: true })
    await copyModelFiles(series, out)
    await copyFile(join(series, member.file), join(out, 'model.safetensors'))
    // Told as an ensemble of one, so that the excess is counted from the trained model and not from the checkpoint itself.
    const { model, ...others } = inputs
    const counted = { ...others, model: { type: 'ensemble', path: out }, ...(model && { original: model }) } as const
    const members: Series['members'] = [{ file: 'model.safetensors', chain: 0, draw: 0, step: at }]
    const losses = await measureLosses({ inputs: counted, evaluate, ctx }, { path: out, members })
    const plain = Object.fromEntries(Object.entries(losses).map(([name, samples]) => [name, { ...samples }]))
    return { model: { path: out }, loss: { value: { metrics: plain } } }
  },
})

/** Throws StageError where there is no checkpoint of this step. */
function memberAt(members: readonly Member[], at: number): Member {
  const found = members.find(({ step }) => step === at)
  if (found !== undefined) return found
  const nearest = [...members].sort((a, b) => Math.abs(a.step - at) - Math.abs(b.step - at)).slice(0, 3)
  throw new StageError(
    `the series has no checkpoint of step ${at}`,
    `The nearest are of steps ${nearest.map(({ step }) => step).join(', ')}.`,
  )
}

/** Which steps there are: a search cannot read files, so a stage does it for it. */
export const checkpointSteps = defineStage({
  name: 'checkpoint-steps',
  version: 1,
  role: 'part',
  summary: 'List the steps of a series of checkpoints',
  seeded: false,
  params: Type.Object({}),
  inputs: { series: { accepts: ['checkpoints'], description: 'Checkpoints of the training' } },
  outputs: { listed: { type: 'record', description: '`doses`: the training steps, in order' } },
  run: async ({ inputs }) => {
    const members = await readMembers(inputs['series']?.path ?? '')
    const steps = [...new Set(members.map(({ step }) => step))].sort((a, b) => a - b)
    return { listed: { value: { doses: steps } } }
  },
})
