import { Type, type Static } from '@sinclair/typebox'
import { lossTargets } from '../../scales/target.ts'

export const degradeToParams = Type.Object({
  target: Type.Union(
    [
      ...lossTargets,
      Type.Object(
        { nbeta: Type.Number({ exclusiveMinimum: 0, description: 'Inverse temperature, of a sampler' }) },
        { additionalProperties: false },
      ),
      Type.Object(
        { accuracy: Type.Number({ minimum: 0, maximum: 1, description: 'Of the experiment `measure`' }) },
        { additionalProperties: false },
      ),
    ],
    {
      description:
        'How rough: one of { loss: 1.2 }, { gap: 2, best: 1.05 }, { explained: 0.8 }, { size: 1e6, by: pythia }, { nbeta: 300 }, { accuracy: 0.9 }',
    },
  ),
  metric: Type.String({
    default: 'accuracy',
    minLength: 1,
    description: 'Metric of `measure` that a target { accuracy: … } is about; it must fall as the model gets rougher',
  }),
  tolerance: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.05,
    description:
      'How near is there: as a fraction of the way from the model to the target; or within the standard error, where that is more',
  }),
  tries: Type.Integer({ minimum: 1, maximum: 100, default: 12, description: 'Most doses to try' }),
  start: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description: "First dose, in the degradation's own parameter. Left out: a mild one",
    }),
  ),
  grid: Type.Integer({
    minimum: 2,
    maximum: 1000,
    default: 8,
    description: 'For line, whose loss need not rise all the way: points of the line to go through before bisection',
  }),
  turn: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Of a list of degradations, the one whose dose is steered, counted from 1. Left out: the last',
    }),
  ),
})
export type DegradeTo = Static<typeof degradeToParams>
