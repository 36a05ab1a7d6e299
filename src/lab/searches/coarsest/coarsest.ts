import { Type } from '@sinclair/typebox'
import { canonicalJson } from '../../../base/canonical-json.ts'
import type { Json, JsonObject } from '../../../base/json.ts'
import { invariant } from '../../../base/invariant.ts'
import { parseClaim } from '../../../stage/claim.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { defineSearch, type Sofar, type Template } from '../../../stage/stage-kind.ts'
import { doses } from '../../degradations/doses.ts'
import { answerOf, type Answer, type Terms } from './answer.ts'
import { climb } from './climb.ts'
import type { Bench } from './levels.ts'
import { reportOf } from './report.ts'
import { viewOf } from './view.ts'

const params = Type.Object({
  keep: Type.String({
    'x-claim': 'measure',
    description: 'What must hold, such as `accuracy >= 0.95`: a metric of `measure`, a comparison, a number',
  }),
  until: Type.Number({ minimum: 0, description: 'The natural scale L*, nats/token: where the search starts' }),
  from: Type.Optional(
    Type.Number({
      minimum: 0,
      description: "The model's own loss, nats/token. Left out: measured on the degradation's data",
    }),
  ),
  confidence: Type.Number({
    minimum: 0.5,
    maximum: 0.9999,
    default: 0.95,
    description: 'Confidence that no level is said to hold which does not; shared among `maxLevels` looks (Bonferroni)',
  }),
  start: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description: "Dose of the first level, in the degradation's own parameter. Left out: a mild one",
    }),
  ),
  maximum: Type.Number({
    minimum: 1,
    default: 64,
    description: 'Roughest level wanted, as a multiple of the natural gap L* − L',
  }),
  maxLevels: Type.Integer({ minimum: 1, maximum: 100, default: 10, description: 'Most levels' }),
  refine: Type.Integer({
    minimum: 0,
    maximum: 20,
    default: 2,
    description: 'Bisections between the last level that holds and the first that does not',
  }),
})

/**
 * The coarsest scale at which a claim about a model still holds. A ladder of doses: first a level at the natural
 * scale, then 2, 4, 8 … times as far from the model until the claim fails, then bisection. Each level is an ordinary
 * stage of the run; the search itself is a pure function of their results.
 */
export const coarsest = defineSearch({
  name: 'coarsest',
  version: 1,
  role: 'search',
  summary: 'Find the coarsest scale at which a claim still holds, with stated confidence',
  example: [
    'model: some-model',
    'from: 1.08',
    'until: 1.1',
    'degrade: { use: sgld, with: { data: some-dataset, chains: 4 } }',
    'measure: { use: ioi, with: { prompts: 256 } }',
    'beside:',
    '  facts: { use: recall, with: { facts: some-relation } }',
    'keep: accuracy >= 0.95',
  ].join('\n'),
  seeded: false,
  params,
  inputs: { model: { accepts: ['model'], description: 'The model' } },
  templates: {
    degrade: {
      role: 'degradation',
      arity: 'one',
      description: `How to degrade: ${Object.keys(doses).join(', ')}`,
    },
    measure: { role: 'experiment', arity: 'one', description: 'The experiment that the claim is about' },
    beside: {
      role: 'experiment',
      arity: 'map',
      optional: true,
      description: 'Experiments to measure at each level beside the claim, by name',
    },
  },
  outputs: {
    answer: { type: 'record', description: 'Outcome, coarsest level, all levels with their intervals' },
    loss: {
      type: 'number',
      description: "Loss of the coarsest level that holds, nats/token; the model's own where none does",
    },
    multiple: { type: 'number', description: 'The same as a multiple of the natural gap; 0 where no level holds' },
  },
  grow: (sofar) => {
    const { bench, terms } = readTerms(sofar)
    const { from, until, start, maximum, maxLevels, refine } = sofar.with
    const { dose } = bench
    const ladder = {
      start: start === undefined ? dose.start : dose.coldness(start),
      hottest: dose.hottest,
      snap: (nbeta: number) => dose.coldness(dose.value(nbeta)),
    }
    const now = climb(bench, { from, until, ...ladder, maximum, maxLevels, refine })
    const view = viewOf(now, { keep: sofar.with.keep, claim: bench.claim, until, maxLevels, refine })
    if (now.stop === undefined || now.original === undefined || now.from === undefined)
      return { stages: now.stages, view }
    const answer = answerOf({ ...now, original: now.original, from: now.from }, terms)
    const held = answer.levels.find(({ name }) => name === answer.coarsest)
    return {
      stages: now.stages,
      view,
      outputs: {
        answer: { value: plain(answer) },
        loss: { value: held?.loss?.mean ?? now.from },
        multiple: { value: held?.multiple ?? 0 },
      },
    }
  },
  report: ({ outputs }) => {
    const ref = outputs.answer
    invariant(ref && 'value' in ref, 'a finished search has an answer')
    return reportOf(ref.value as unknown as Answer)
  },
})

function readTerms({
  with: { keep, confidence, maxLevels, until },
  inputs,
  templates,
  results,
}: Sofar<{ keep: string; confidence: number; maxLevels: number; until: number }>): { bench: Bench; terms: Terms } {
  const claim = parseClaim(keep)
  if (!claim.ok)
    throw new StageError(
      `keep is no claim: ${claim.error.message}`,
      'Write a metric, a comparison and a number, such as accuracy >= 0.95.',
    )
  const alpha = (1 - confidence) / maxLevels
  invariant(inputs.model, 'the compiler has checked the model port')
  const degrade = templates.degrade as Template
  const dose = doses[degrade.use]
  if (dose === undefined)
    throw new StageError(
      `coarsest cannot turn the degradation ${degrade.use} up and down`,
      `It knows ${Object.keys(doses).join(', ')}.`,
    )
  const bench: Bench = {
    model: inputs.model,
    degrade,
    dose,
    measure: templates.measure as Template,
    beside: (templates.beside ?? {}) as Readonly<Record<string, Template>>,
    claim: claim.value,
    alpha,
    results,
  }
  return { bench, terms: { claim: claim.value, keep, confidence, looks: maxLevels, alpha, until } }
}

/** As plain JSON; a number that JSON cannot hold would be a bug, and throws. */
const plain = (answer: Answer): JsonObject => JSON.parse(canonicalJson(answer as unknown as Json)) as JsonObject
