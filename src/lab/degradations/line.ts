import { Type } from '@sinclair/typebox'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { changeWeights, evaluateParam, lossOutput, measuredPort } from './change-weights.ts'

/** A straight walk through weight space, the degradation that needs no idea at all. */
export const line = defineStage({
  name: 'line',
  version: 1,
  role: 'degradation',
  summary: 'Walk from the model straight towards zero or another model of the same shape, such as its initialisation',
  source: 'Goodfellow, Vinyals, Saxe 2014 (arXiv 1412.6544)',
  seeded: false,
  params: Type.Object({
    alpha: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.1,
      description: 'How far: 0 is the model, 1 the other end',
    }),
    evaluate: evaluateParam,
  }),
  inputs: {
    model: { accepts: ['model'], description: 'The model' },
    measured: measuredPort,
    towards: { accepts: ['model'], optional: true, description: 'The other end. Left out: all weights zero' },
  },
  outputs: { model: { type: 'ensemble', description: 'The model at that point of the line' }, loss: lossOutput },
  run: async ({ with: options, inputs, ctx }) => {
    const { alpha } = options
    const { readModel } = await import('../models/read-model.ts')
    const towards = inputs['towards']?.path
    const end = towards === undefined ? undefined : (await readModel(towards)).original
    return changeWeights({
      model: inputs['model']?.path ?? '',
      measured: inputs['measured']?.path,
      evaluate: options.evaluate,
      ctx,
      draws: 1,
      apply: ({ flat }) => {
        if (end !== undefined && end.flat.length !== flat.length)
          throw new StageError(
            `the two ends of the line have ${flat.length} and ${end.flat.length} weights`,
            'Both must be models of the same shape.',
          )
        for (let i = 0; i < flat.length; i++) flat[i] = (1 - alpha) * flat[i]! + alpha * (end?.flat[i] ?? 0)
      },
    })
  },
})
