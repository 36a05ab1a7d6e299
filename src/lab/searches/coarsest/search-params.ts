import { Type } from '@sinclair/typebox'

/** Parameters of every search that judges a claim along a path. */
export const searchParams = {
  keep: Type.String({
    'x-claim': 'measure',
    description: 'What must hold, such as `accuracy >= 0.95`: a metric of `measure`, a comparison, a number',
  }),
  until: Type.Optional(
    Type.Number({
      minimum: 0,
      description:
        'The natural scale L*, nats/token: where the search starts, and what multiples are of. Left out: `step` above the model',
    }),
  ),
  from: Type.Optional(
    Type.Number({
      minimum: 0,
      description: "The model's own loss, nats/token. Left out: measured on the degradation's data",
    }),
  ),
  step: Type.Number({
    exclusiveMinimum: 0,
    default: 0.05,
    description: 'Where no L* is given: how far above the model the first level is wanted, nats/token',
  }),
  confidence: Type.Number({
    minimum: 0.5,
    maximum: 0.9999,
    default: 0.95,
    description:
      'Confidence that no level is said to hold which does not; its error rate is shared among all levels and looks',
  }),
  rounds: Type.Integer({
    minimum: 1,
    maximum: 12,
    default: 3,
    description:
      'Most looks at one level: while it is not decided, each look has twice the prompts or draws of the one before',
  }),
  maximum: Type.Number({
    minimum: 1,
    default: 64,
    description: 'Roughest level wanted, as a multiple of the natural gap L* − L (or of `step`)',
  }),
  maxLevels: Type.Integer({ minimum: 1, maximum: 100, default: 10, description: 'Most levels of a ladder' }),
  refine: Type.Integer({
    minimum: 0,
    maximum: 20,
    default: 2,
    description: 'Bisections between the last level that holds and the first that does not',
  }),
  past: Type.Integer({
    minimum: 0,
    maximum: 20,
    default: 0,
    description: 'Levels to go on beyond the first that does not hold, to see what melts later',
  }),
  turn: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 20,
      description: 'Of a list of degradations, the place of the one that is turned, counted from 1. Left out: the last',
    }),
  ),
  exhaustive: Type.Optional(
    Type.Boolean({
      description:
        'Measure every level and bisect nothing, because what fails may hold again. Left out: where doses are few, such as checkpoints or bits',
    }),
  ),
}

export const doseParams = {
  start: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description: "Dose of the first level, in the degradation's own parameter. Left out: a mild one",
    }),
  ),
  doses: Type.Optional(
    Type.Array(Type.Number(), {
      minItems: 1,
      maxItems: 1000,
      description: "Doses to try, in the degradation's own parameter, every one of them. Left out: a ladder",
    }),
  ),
}
