// One kind that does nothing, for timing what is around a stage.
import { Type } from '@sinclair/typebox'
import { StageCatalog } from '../dist/stage/catalog.js'

const trivial = {
  name: 'trivial',
  version: 1,
  role: 'part',
  summary: 'Gives back its parameter',
  seeded: false,
  params: Type.Object({ value: Type.Number() }),
  inputs: { after: { accepts: ['number'], optional: true, description: 'waits for it' } },
  outputs: { value: { type: 'number', description: 'the parameter' } },
  run: ({ with: { value } }) => Promise.resolve({ value: { value } }),
}

export const catalog = new StageCatalog([trivial])
