import { Type, type Static } from '@sinclair/typebox'
import { canonicalJson } from '../../../base/canonical-json.ts'
import { invariant } from '../../../base/invariant.ts'
import type { Json, JsonObject } from '../../../base/json.ts'
import { defineSearch, type Growth, type Template } from '../../../stage/stage-kind.ts'
import { doses, type Dose } from '../../degradations/doses.ts'
import { answerOf, type Answer } from './answer.ts'
import { alphaOf, type Bench } from './bench.ts'
import { climb, type Climb, type ClimbRules } from './climb.ts'
import { everyDose } from './every-dose.ts'
import { readBench, turnedOf } from './read-bench.ts'
import { reportOf } from './report.ts'
import { doseParams, searchParams } from './search-params.ts'
import { viewOf } from './view.ts'

const params = Type.Object({ ...searchParams, ...doseParams })

/**
 * The coarsest scale at which a claim about a model still holds. A ladder of doses: first a level at the natural
 * scale, then 2, 4, 8 … times as far from the model until the claim fails, then bisection. Each level is an ordinary
 * stage of the run; the search itself is a pure function of their results.
 */
export const coarsest = defineSearch({
  name: 'coarsest',
  version: 4,
  role: 'search',
  summary: 'Find the coarsest scale at which a claim still holds, with stated confidence',
  source:
    'Dmitry Vaintrob, "Dmitry\'s Koan" (2025); bounds of shares: Korn and Graubard 1998 (Survey Methodology 24); looks: Lan and DeMets 1983 (Biometrika 70)',
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
      chain: true,
      turns: { kinds: Object.keys(doses), param: 'turn' },
      description: `How to degrade: ${Object.keys(doses).join(', ')}; or a list, each applied to what the one before gives`,
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
    model: {
      type: 'ensemble',
      description: 'Draws at the coarsest level that holds; the model itself where none does',
    },
    loss: {
      type: 'number',
      description: "Loss of the coarsest level that holds, nats/token; the model's own where none does",
    },
    multiple: {
      type: 'number',
      description:
        'How far that is above the model, as a multiple of the natural gap (of `step` where no L* is given); 0 where no level holds',
    },
  },
  grow: (sofar) => {
    const { until, maxLevels, keep, confidence, rounds } = sofar.with
    const degrade = sofar.templates['degrade'] as Template
    const { steps, turned, dose } = turnedOf(degrade, sofar.with.turn, sofar.with.doses)
    const every = everyDose({ dose, degrade: steps[turned] ?? degrade }, sofar.with, sofar.results)
    const ask = every?.ask === undefined ? [] : [every.ask]
    if (every !== undefined && every.all === undefined) return { stages: ask }
    const levels = every?.all?.length ?? maxLevels
    const bench = readBench(sofar, levels)
    const now = climb(bench, rulesOf(sofar.with, { dose, all: every?.all }))
    const { claim, spending } = bench
    const left = every === undefined ? sofar.with.refine + sofar.with.past : levels
    const view = viewOf(now, { keep, claim, maxLevels: levels, left, given: until !== undefined })
    const stages = [...ask, ...now.stages]
    const { stop, original, from } = now
    if (stop === undefined || original === undefined || from === undefined || now.until === undefined)
      return { stages, view }
    const terms = {
      ...{ claim, keep, confidence, alpha: alphaOf(spending, 1), looks: (levels + 1) * rounds },
      ...{ given: until !== undefined, exhaustive: every !== undefined },
    }
    const answer = answerOf({ ...now, original, from, until: now.until }, terms)
    return { stages, view, outputs: outputsOf(answer, now, bench) }
  },
  report: ({ outputs }) => {
    const ref = outputs['answer']
    invariant(ref && 'value' in ref, 'a finished search has an answer')
    return reportOf(ref.value as unknown as Answer)
  },
})

function rulesOf(
  { from, until, step, start, maximum, maxLevels, refine, past }: Static<typeof params>,
  { dose, all }: { dose: Dose; all: readonly number[] | undefined },
): ClimbRules {
  return {
    ...{ from, until, step, maximum, maxLevels, refine, past, all },
    start: start === undefined ? dose.start : dose.coldness(start),
    hottest: dose.hottest,
    snap: (nbeta: number) => dose.coldness(dose.value(nbeta)),
  }
}

function outputsOf(answer: Answer, { levels, from = 0 }: Climb, { model }: Bench): NonNullable<Growth['outputs']> {
  const held = answer.levels.find(({ name }) => name === answer.coarsest)
  return {
    answer: { value: plain(answer) },
    model: levels.find(({ name }) => name === answer.coarsest)?.model ?? model,
    loss: { value: held?.loss?.mean ?? from },
    multiple: { value: (held?.above ?? 0) / answer.natural.gap },
  }
}

/** As plain JSON; a number that JSON cannot hold would be a bug, and throws. */
const plain = (answer: Answer): JsonObject => JSON.parse(canonicalJson(answer as unknown as Json)) as JsonObject
