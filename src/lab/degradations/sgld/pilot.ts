import { Type } from '@sinclair/typebox'
import type { Json } from '../../../base/json.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import { readSamplerData } from './examples-as-text.ts'
import { pilotParams } from './params.ts'
import { pilotBound } from './pilot-record.ts'

/** Finds a step size by rule, for `epsilon: auto`. */
export const stepSizePilot = defineStage({
  name: 'step-size-pilot',
  version: 1,
  role: 'part',
  summary: `The largest step size that a short pilot run finds healthy: from ε = 1/(nβ·h + γ), h the largest curvature, halved and later quartered until MALA accepts ${100 * pilotBound} % (part of samplers)`,
  seeded: true,
  params: Type.Object({
    ...pilotParams,
    fixed: Type.Boolean({
      default: false,
      description: 'The same sequences at every step, as for a sampler that rejects',
    }),
  }),
  inputs: {
    model: { accepts: ['model'], description: 'The trained model, w₀' },
    data: { accepts: ['dataset', 'examples'], description: 'Data of the posterior' },
    measured: { accepts: ['dataset', 'examples'], optional: true, description: 'Not used' },
    warm: { accepts: ['ensemble'], optional: true, description: 'Draws of a colder level, to start from its last' },
  },
  outputs: {
    epsilon: { type: 'number', description: 'The step size ε' },
    record: { type: 'record', description: 'What was tried' },
  },
  run: async ({ with: params, inputs, ctx }) => {
    const { runPilot } = await import('./pilot-run.ts')
    const record = await runPilot({
      folder: inputs['model']?.path ?? '',
      warm: inputs['warm']?.path,
      data: (await readSamplerData(inputs['data'], undefined)).data,
      params,
      ctx,
    })
    return { epsilon: { value: record.epsilon }, record: { value: record as unknown as Json } }
  },
})
