import { Type } from '@sinclair/typebox'
import { StageCatalog } from '../../src/stage/catalog.ts'
import { defineSearch, defineStage, type StageKind, type WorkKind } from '../../src/stage/stage-kind.ts'

const neverRun: Pick<WorkKind, 'run'> = {
  run: () => Promise.reject(new Error('the fake catalog is for checking only')),
}

const model = defineStage({
  name: 'model',
  version: 1,
  role: 'source',
  summary: 'A model read from a folder.',
  seeded: false,
  params: Type.Object({}),
  inputs: { path: { accepts: ['path'], description: 'Folder with the weights' } },
  outputs: { model: { type: 'model', description: 'The model' } },
  ...neverRun,
})

const text = defineStage({
  name: 'text',
  version: 1,
  role: 'source',
  summary: 'A text cut into sequences.',
  seeded: false,
  params: Type.Object({
    length: Type.Integer({ minimum: 2, default: 20, description: 'Tokens in a sequence' }),
    mode: Type.Union([Type.Literal('lines'), Type.Literal('stream')], {
      default: 'lines',
      description: 'How the text is cut',
    }),
    shuffle: Type.Boolean({ default: false, description: 'Whether sequences are shuffled' }),
    'max-unknown': Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Share of unknown words allowed' }),
    ),
  }),
  inputs: {
    path: { accepts: ['path', 'text'], description: 'A text file, or a stage that gives one' },
    tokenizer: { accepts: ['tokenizer', 'model'], description: 'Whose words' },
  },
  outputs: { dataset: { type: 'dataset', description: 'The sequences' } },
  ...neverRun,
})

const corpus = defineStage({
  name: 'corpus',
  version: 1,
  role: 'source',
  summary: 'Two texts and their entropy.',
  seeded: true,
  params: Type.Object({ sentences: Type.Integer({ minimum: 1, default: 100, description: 'Number of sentences' }) }),
  inputs: {},
  outputs: {
    train: { type: 'text', description: 'To learn from' },
    validation: { type: 'text', description: 'To measure on' },
    facts: { type: 'relation', description: 'What is to be memorised' },
    entropy: { type: 'number', description: 'Nats per token' },
    grammar: { type: 'record', description: 'Words by role' },
  },
  ...neverRun,
})

const train = defineStage({
  name: 'train',
  version: 1,
  role: 'training',
  summary: 'A model trained on a dataset.',
  seeded: true,
  params: Type.Object({
    steps: Type.Integer({ minimum: 1, description: 'Optimiser steps' }),
    rate: Type.Number({ exclusiveMinimum: 0, default: 0.001, description: 'Learning rate' }),
  }),
  inputs: { data: { accepts: ['dataset'], description: 'What to learn' } },
  outputs: {
    model: { type: 'model', description: 'The last weights' },
    checkpoints: { type: 'checkpoints', description: 'Weights along the way' },
  },
  ...neverRun,
})

const naturalScale = defineStage({
  name: 'natural-scale',
  version: 1,
  role: 'scale',
  summary: 'The natural scale 2L − L_best.',
  seeded: false,
  params: Type.Object({
    best: Type.Union(
      [
        Type.Object({ loss: Type.Number({ minimum: 0 }) }),
        Type.Object({ floor: Type.Number(), exponent: Type.Number() }),
      ],
      {
        description: 'The best loss there is, or a scaling law',
      },
    ),
  }),
  inputs: {
    model: { accepts: ['model'], description: 'The model' },
    data: { accepts: ['dataset'], description: 'Where its loss is measured' },
  },
  outputs: {
    loss: { type: 'number', description: 'L*, nats per token' },
    'model-loss': { type: 'number', description: 'L, nats per token' },
  },
  ...neverRun,
})

const experiment = (name: string, metrics: NonNullable<StageKind['metrics']>): StageKind =>
  defineStage({
    name,
    version: 1,
    role: 'experiment',
    summary: `The experiment ${name}.`,
    seeded: true,
    params: Type.Object({ prompts: Type.Integer({ minimum: 1, default: 256, description: 'Prompts for each draw' }) }),
    inputs: {
      model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'What is measured' },
      facts: { accepts: ['relation'], optional: true, description: 'Facts to ask for' },
    },
    outputs: { metrics: { type: 'metrics', description: 'What was measured' } },
    metrics,
    ...neverRun,
  })

const ioi = experiment('ioi', {
  accuracy: { unit: 'proportion', description: 'Share of prompts answered right' },
  'logit-difference': { unit: 'logits', description: 'Right minus wrong' },
})
const recall = experiment('recall', { accuracy: { unit: 'proportion', description: 'Share of facts recalled' } })

const sgld = defineStage({
  name: 'sgld',
  version: 2,
  role: 'degradation',
  summary: 'Draws from the tempered local posterior.',
  source: 'Lau et al. 2023',
  seeded: true,
  params: Type.Object({
    nbeta: Type.Number({ exclusiveMinimum: 0, description: 'Inverse temperature times data' }),
    chains: Type.Integer({ minimum: 1, default: 4, description: 'Independent chains' }),
    draws: Type.Integer({ minimum: 1, default: 8, description: 'Draws kept of each chain' }),
  }),
  inputs: {
    model: { accepts: ['model'], description: 'Where the chains start' },
    data: { accepts: ['dataset'], description: 'What the loss is measured on' },
  },
  outputs: {
    model: { type: 'ensemble', description: 'The draws' },
    loss: { type: 'metrics', description: 'Loss of each draw' },
  },
  ...neverRun,
})

const early = defineStage({
  name: 'early',
  version: 1,
  role: 'degradation',
  summary: 'A checkpoint of the training.',
  seeded: false,
  params: Type.Object({ at: Type.Integer({ minimum: 0, default: 0, description: 'Training step' }) }),
  inputs: { model: { accepts: ['model'], optional: true, description: 'The model' } },
  outputs: { model: { type: 'model', description: 'The model at that step' } },
  ...neverRun,
})

const coarsest = defineSearch({
  name: 'coarsest',
  version: 1,
  role: 'search',
  summary: 'The coarsest scale at which a claim still holds.',
  seeded: false,
  params: Type.Object({
    keep: Type.String({ 'x-claim': 'measure', description: 'What must hold, such as `accuracy >= 0.95`' }),
    until: Type.Optional(Type.Number({ description: 'Loss at which to stop, nats per token' })),
    confidence: Type.Number({
      exclusiveMinimum: 0.5,
      exclusiveMaximum: 1,
      default: 0.95,
      description: 'Confidence of the claim',
    }),
  }),
  inputs: { model: { accepts: ['model'], description: 'The model' } },
  outputs: {
    scale: { type: 'number', description: 'Loss at the coarsest scale' },
    answer: { type: 'record', description: 'The answer in full' },
  },
  templates: {
    degrade: { role: 'degradation', arity: 'one', description: 'How the model is degraded' },
    measure: { role: 'experiment', arity: 'one', description: 'What must hold' },
    beside: { role: 'experiment', arity: 'map', optional: true, description: 'What else is measured' },
  },
  grow: () => ({ stages: [] }),
})

const average = defineStage({
  name: 'average',
  version: 1,
  role: 'training',
  summary: 'The mean of the weights of several models.',
  seeded: false,
  params: Type.Object({}),
  inputs: {
    models: { accepts: ['model'], many: true, description: 'What is averaged' },
    reference: { accepts: ['model'], optional: true, description: 'Whose names are kept' },
  },
  outputs: { model: { type: 'model', description: 'The mean' } },
  ...neverRun,
})

const phenomenon = defineSearch({
  name: 'phenomenon',
  version: 1,
  role: 'experiment',
  summary: 'A claim under several degradations.',
  seeded: false,
  params: Type.Object({ note: Type.Optional(Type.String({ description: 'What it is about' })) }),
  inputs: {
    model: { accepts: ['model'], optional: true, description: 'The model' },
    others: { accepts: ['model'], many: true, optional: true, description: 'Models to compare with' },
  },
  outputs: { metrics: { type: 'metrics', description: 'What was measured' } },
  templates: {
    measure: { role: 'experiment', arity: 'one', description: 'What must hold' },
    degradations: {
      role: 'degradation',
      arity: 'map',
      chain: true,
      turns: { kinds: ['sgld'] },
      optional: true,
      description: 'Ways to degrade',
    },
  },
  grow: () => ({ stages: [] }),
})

const command = defineStage({
  name: 'command',
  version: 1,
  role: 'command',
  summary: 'A command of the user’s own.',
  seeded: false,
  isCommand: true,
  params: Type.Object({}),
  inputs: {},
  outputs: {},
  ...neverRun,
})

/** Kinds of every role, like the real ones, that are checked and planned but never run. */
export const fakeCatalog = new StageCatalog([
  model,
  text,
  corpus,
  train,
  naturalScale,
  ioi,
  recall,
  sgld,
  early,
  coarsest,
  average,
  phenomenon,
  command,
])
