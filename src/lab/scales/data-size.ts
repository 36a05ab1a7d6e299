import { Type } from '@sinclair/typebox'
import { defineStage } from '../../stage/stage-kind.ts'
import { readSamplerData } from '../degradations/sgld/examples-as-text.ts'

/** How much data there is, for scales that depend on n. */
export const dataSize = defineStage({
  name: 'data-size',
  version: 1,
  role: 'part',
  summary: 'Number of predicted tokens, or of examples (part of wbic)',
  seeded: false,
  params: Type.Object({}),
  inputs: { data: { accepts: ['dataset', 'examples'], description: 'The data' } },
  outputs: { tokens: { type: 'number', description: 'Predicted tokens; of examples their number' } },
  run: async ({ inputs }) => {
    const { data } = await readSamplerData(inputs['data'], undefined)
    return { tokens: { value: data.mask.reduce((sum, bit) => sum + bit, 0) } }
  },
})
