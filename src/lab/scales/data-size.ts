import { Type } from '@sinclair/typebox'
import { defineStage } from '../../stage/stage-kind.ts'
import { answersAreNumbers, readSamplerData } from '../degradations/sgld/examples-as-text.ts'

/** How much data there is, for scales that depend on n. */
export const dataSize = defineStage({
  name: 'data-size',
  version: 2,
  role: 'part',
  summary:
    'Number of predicted tokens, or of examples, and what a uniform guess loses there (part of wbic and of searches)',
  seeded: false,
  params: Type.Object({}),
  inputs: { data: { accepts: ['dataset', 'examples'], description: 'The data' } },
  outputs: {
    tokens: { type: 'number', description: 'Predicted tokens; of examples their number' },
    uniform: {
      type: 'number',
      description: 'Loss of a uniform guess over tokens or classes, nats; 0 where the answers are numbers',
    },
  },
  run: async ({ inputs }) => {
    const { data } = await readSamplerData(inputs['data'], undefined)
    return {
      tokens: { value: data.mask.reduce((sum, bit) => sum + bit, 0) },
      uniform: { value: answersAreNumbers(data) ? 0 : Math.log(data.vocabulary) },
    }
  },
})
