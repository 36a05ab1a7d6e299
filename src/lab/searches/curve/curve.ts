import { Type } from '@sinclair/typebox'
import type { Json, JsonObject } from '../../../base/json.ts'
import type { ArtifactRef } from '../../../stage/artifact.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { ChildStage, Sofar, Template } from '../../../stage/stage-kind.ts'
import { defineSearch } from '../../../stage/stage-kind.ts'
import { diagnosisOf, measured } from '../coarsest/judge.ts'
import { lossOf } from '../coarsest/levels.ts'
import type { CurveAnswer, CurveLevel } from './curve-answer.ts'
import { curveReport } from './curve-report.ts'

const params = Type.Object({
  nbetas: Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
    minItems: 1,
    maxItems: 100,
    description: 'Inverse temperatures nβ, one level each; taken from the coldest to the hottest',
  }),
  from: Type.Number({ minimum: 0, description: 'The model’s own loss, nats/token' }),
})

/**
 * Dose and response: every experiment at every level of a ladder in temperature, each level warm-started from the colder
 * one before it. No claim is judged; what melts first is read off the curves at equal loss.
 */
export const curve = defineSearch({
  name: 'curve',
  version: 1,
  role: 'search',
  summary: 'Measure experiments along a ladder of temperatures: what melts, and at what loss',
  example: [
    'model: some-model',
    'from: 1.08',
    'nbetas: [3000, 1500, 700]',
    'degrade: { use: sgld, with: { data: some-dataset } }',
    'measure:',
    '  ioi: { use: ioi }',
    '  facts: { use: recall, with: { facts: some-relation } }',
  ].join('\n'),
  seeded: false,
  params,
  inputs: { model: { accepts: ['model'], description: 'The model' } },
  templates: {
    degrade: {
      role: 'degradation',
      arity: 'one',
      description: 'How to degrade: a kind with a parameter `nbeta`, such as sgld',
    },
    measure: {
      role: 'experiment',
      arity: 'map',
      description: 'Experiments by name; the first metric of each is followed',
    },
  },
  outputs: { answer: { type: 'record', description: 'All levels with their intervals, and half points' } },
  grow: (sofar) => {
    const nbetas = [...new Set(sofar.with.nbetas)].sort((a, b) => b - a)
    const stages: ChildStage[] = measureStages(sofar, 'original', sofar.inputs['model']!)
    let warm: ArtifactRef | undefined
    for (const [i, nbeta] of nbetas.entries()) {
      const name = `level-${String(i + 1).padStart(2, '0')}`
      stages.push(degradeStage(sofar, { name, nbeta, warm }))
      const degraded = sofar.results[`${name}/degrade`]
      if (degraded === undefined) return { stages }
      const { verdict, findings } = diagnosisOf(degraded)
      const draws = degraded.outputs['model']
      if (verdict === 'broken' || draws === undefined)
        throw new StageError(
          `the sampler broke at nβ ${nbeta}: ${findings[0]?.text ?? 'no draws'}`,
          'Lower eta (or epsilon) of the degradation.',
        )
      stages.push(...measureStages(sofar, name, draws))
      warm = draws
    }
    if (stages.some(({ name }) => sofar.results[name] === undefined)) return { stages }
    return { stages, outputs: { answer: { value: answerOf(sofar, nbetas) as unknown as JsonObject } } }
  },
  report: ({ outputs }) => {
    const ref = outputs['answer']
    if (ref === undefined || !('value' in ref)) throw new Error('a finished curve has an answer')
    return curveReport(ref.value as unknown as CurveAnswer)
  },
})

type CurveSofar = Sofar<{ readonly from: number }>

const experiments = ({ templates }: CurveSofar): [string, Template][] =>
  Object.entries(templates['measure'] as Readonly<Record<string, Template>>)

const measureStages = (sofar: CurveSofar, level: string, model: ArtifactRef): ChildStage[] =>
  experiments(sofar).map(([name, { use, with: given, inputs }]) => ({
    name: `${level}/${name}`,
    use,
    with: given,
    inputs: { ...inputs, model },
  }))

function degradeStage(
  { templates, inputs }: CurveSofar,
  { name, nbeta, warm }: { name: string; nbeta: number; warm: ArtifactRef | undefined },
): ChildStage {
  const { use, with: given, inputs: own } = templates['degrade'] as Template
  const all = { ...own, model: inputs['model']!, ...(warm === undefined ? {} : { warm }) }
  return { name: `${name}/degrade`, use, with: { ...given, nbeta } satisfies Record<string, Json>, inputs: all }
}

function answerOf(sofar: CurveSofar, nbetas: readonly number[]): CurveAnswer {
  const read = (level: string): CurveLevel['metrics'] =>
    Object.fromEntries(
      experiments(sofar).map(([name]) => [
        name,
        measured(sofar.results[`${level}/${name}`]!, { output: 'metrics', metric: undefined }, 0.025),
      ]),
    )
  const { from } = sofar.with
  const levels = nbetas.map((nbeta, i): CurveLevel => {
    const name = `level-${String(i + 1).padStart(2, '0')}`
    const degraded = sofar.results[`${name}/degrade`]!
    const loss = lossOf(degraded, from)
    if (loss === undefined)
      throw new StageError(
        `the degradation at nβ ${nbeta} says no loss`,
        'It needs an output loss with the metric loss or excess.',
      )
    return { name, nbeta, loss, metrics: read(name), verdict: diagnosisOf(degraded).verdict }
  })
  return { version: 1, from, original: read('original'), levels }
}
