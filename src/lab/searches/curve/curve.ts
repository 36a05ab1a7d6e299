import { Type, type Static } from '@sinclair/typebox'
import { invariant } from '../../../base/invariant.ts'
import type { JsonObject } from '../../../base/json.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { defineSearch, type ChildStage, type Sofar, type Template } from '../../../stage/stage-kind.ts'
import { doses, type Dose } from '../../degradations/doses.ts'
import { everyDose } from '../coarsest/every-dose.ts'
import { measured, type Measured } from '../coarsest/judge.ts'
import { lossStage } from '../coarsest/levels.ts'
import { turnedOf } from '../coarsest/read-bench.ts'
import type { CurveAnswer } from './curve-answer.ts'
import { curveReport } from './curve-report.ts'
import { measureStages, metricsAt, walk, type CurvePath } from './curve-walk.ts'

const list = Type.Array(Type.Number({ exclusiveMinimum: 0 }), { minItems: 1, maxItems: 100 })
const params = Type.Object({
  nbetas: Type.Optional({ ...list, description: 'Inverse temperatures nβ, one level each: `doses` of a sampler' }),
  doses: Type.Optional(
    Type.Array(Type.Number(), {
      minItems: 1,
      maxItems: 1000,
      description: "Doses in the degradation's own parameter, one level each, taken from the mildest to the roughest",
    }),
  ),
  losses: Type.Optional({ ...list, description: 'Losses to steer to, nats/token, in place of doses' }),
  levels: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 8,
    description: 'Where neither doses nor losses are given: levels, each at half the coldness of the one before',
  }),
  from: Type.Optional(
    Type.Number({
      minimum: 0,
      description: 'The model’s own loss, nats/token. Left out: measured on the degradation’s data',
    }),
  ),
  turn: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 20,
      description: 'Of a list of degradations, the place of the one that is turned, counted from 1. Left out: the last',
    }),
  ),
})
type CurveSofar = Sofar<Static<typeof params>>

/**
 * Dose and response: every experiment at every level of a path. No claim is judged; what melts first, and how fast, is read
 * off the curves at equal loss.
 */
export const curve = defineSearch({
  name: 'curve',
  version: 4,
  role: 'search',
  summary: 'Measure experiments along a path of doses: what melts, and at what loss',
  source: 'Dmitry Vaintrob, "Dmitry\'s Koan" (2025), on circuits that decay above a temperature of their own',
  example: [
    'model: some-model',
    'nbetas: [3000, 1500, 700]',
    'degrade: { use: sgld, with: { data: some-dataset } }',
    'measure:',
    '  ioi: { use: ioi }',
    '  facts: { use: recall, with: { facts: some-relation } }',
  ].join('\n'),
  seeded: false,
  params,
  atMostOne: [['doses', 'nbetas', 'losses']],
  inputs: {
    model: { accepts: ['model'], description: 'The model' },
    baseline: {
      accepts: ['model'],
      optional: true,
      description: 'A model that knows nothing: what is left of a metric is counted from there. Left out: from 0',
    },
  },
  templates: {
    degrade: {
      role: 'degradation',
      arity: 'one',
      chain: true,
      turns: { kinds: Object.keys(doses), param: 'turn' },
      description: `How to degrade: ${Object.keys(doses).join(', ')}; or a list, each applied to what the one before gives`,
    },
    measure: {
      role: 'experiment',
      arity: 'map',
      description: 'Experiments by name; the first metric of each is followed',
    },
  },
  outputs: { answer: { type: 'record', description: 'All levels with their intervals' } },
  grow: (sofar) => {
    const path = pathOf(sofar)
    const { dose, steps, turned } = path
    const given = sofar.with.doses ?? sofar.with.nbetas
    const every = everyDose(
      { dose, degrade: steps[turned]! },
      { doses: given, maxLevels: sofar.with.levels },
      sofar.results,
    )
    const own = ownStages(sofar, path)
    const before = [...(every?.ask === undefined ? [] : [every.ask]), ...own.stages]
    if (own.from === undefined || (every !== undefined && every.all === undefined)) return { stages: before }
    checkLosses(sofar.with.losses, own.from)
    const walked = walk(path, {
      ...(sofar.with.losses === undefined
        ? { doses: every?.all ?? halves(dose, sofar.with.levels) }
        : { losses: sofar.with.losses }),
      from: own.from,
      start: dose.start,
      snap: (nbeta) => dose.coldness(dose.value(nbeta)),
    })
    const stages = [...before, ...walked.stages]
    const [original, baseline] = [metricsAt(path, 'original'), metricsAt(path, 'baseline')]
    const waits = sofar.inputs['baseline'] !== undefined && baseline === undefined
    if (walked.levels === undefined || original === undefined || waits) return { stages }
    const answer: CurveAnswer = {
      version: 2,
      from: own.from,
      original,
      levels: walked.levels,
      ...(sofar.with.losses && { wanted: sofar.with.losses }),
      ...(baseline && { baseline }),
    }
    return { stages, outputs: { answer: { value: answer as unknown as JsonObject } } }
  },
  report: ({ outputs }) => {
    const ref = outputs['answer']
    invariant(ref && 'value' in ref, 'a finished curve has an answer')
    return curveReport(ref.value as unknown as CurveAnswer)
  },
})

function pathOf({ with: { doses: given, nbetas, losses, turn }, templates, inputs, results }: CurveSofar): CurvePath {
  if ([given, nbetas, losses].filter((one) => one !== undefined).length > 1)
    throw new StageError('more than one of doses, nbetas and losses is given', 'A curve takes one of them.')
  const model = inputs['model']
  invariant(model, 'the compiler has checked the model port')
  const path = turnedOf(templates['degrade'] as Template, turn, given ?? nbetas)
  if (nbetas !== undefined && path.dose.param !== 'nbeta')
    throw new StageError(
      `nbetas are given, but ${path.steps[path.turned]?.use ?? ''} turns ${path.dose.param}`,
      'Write doses in place of nbetas.',
    )
  if (losses !== undefined && path.dose.listed !== undefined)
    throw new StageError(
      `losses are given, but ${path.steps[path.turned]?.use ?? ''} cannot be steered to them: its doses are those there are`,
      'Take out losses: every one of them is measured.',
    )
  return { ...path, model, results, measure: templates['measure'] as Readonly<Record<string, Template>> }
}

/** Throws StageError for a loss that no degradation leads to. */
function checkLosses(losses: readonly number[] = [], from: number): void {
  const wrong = losses.find((loss) => !(loss > from))
  if (wrong !== undefined)
    throw new StageError(
      `losses holds ${wrong}, which is not above the model's own ${from.toFixed(4)}`,
      'A degraded model is rougher than the model: take higher losses.',
    )
}

/** What is measured at the model itself and at the baseline, and the model's own loss once it is known. */
function ownStages(sofar: CurveSofar, path: CurvePath): { stages: ChildStage[]; from?: number } {
  const { from } = sofar.with
  const baseline = sofar.inputs['baseline']
  const measures = [
    ...measureStages(path, 'original', path.model),
    ...(baseline === undefined ? [] : measureStages(path, 'baseline', baseline)),
  ]
  if (from !== undefined) return { stages: measures, from }
  const ask = lossStage(path)
  if (ask === undefined)
    throw new StageError(
      "the model's own loss is not known",
      'Give the degradation measured: data to measure it on; or give from.',
    )
  const asked = path.results[ask.name]
  const loss: Measured | undefined = asked && measured(asked, { output: 'metrics', metric: 'loss' }, 0.025)
  return { stages: [...measures, ask], ...(loss && { from: loss.mean }) }
}

const halves = (dose: Dose, levels: number): number[] => {
  const all = Array.from({ length: levels }, (_, i) => Math.max(dose.hottest, dose.start / 2 ** i))
  return [...new Set(all.map((c) => dose.coldness(dose.value(Number(c.toPrecision(3))))))]
}
