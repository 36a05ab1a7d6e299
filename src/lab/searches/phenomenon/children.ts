import { invariant } from '../../../base/invariant.ts'
import type { JsonObject } from '../../../base/json.ts'
import { parseClaim } from '../../../stage/claim.ts'
import type { ChildStage, Sofar, Template } from '../../../stage/stage-kind.ts'
import type { Answer } from '../coarsest/answer.ts'
import { stepsOf } from '../coarsest/bench.ts'
import { measured, metricsOf, type Measured } from '../coarsest/judge.ts'
import { lossStage } from '../coarsest/levels.ts'
import { placed } from '../coarsest/placed.ts'
import type { Baseline, PhenomenonAnswer } from './answer.ts'
import type { PhenomenonParams } from './phenomenon-params.ts'

type Now = Sofar<PhenomenonParams>
type Named = Readonly<Record<string, Template>>

const alpha = 0.025
const degradationsOf = ({ templates }: Pick<Now, 'templates'>): Named => (templates['degradations'] ?? {}) as Named
const confoundersOf = ({ templates }: Pick<Now, 'templates'>): Named => (templates['confounders'] ?? {}) as Named

/** One search a degradation, each with its part of the error rate. */
export function pathStages(sofar: Now): ChildStage[] {
  const { with: given, inputs, templates } = sofar
  const degradations = Object.entries(degradationsOf(sofar))
  const { melted: _, confidence, ...shared } = given
  const each = 1 - (1 - confidence) / Math.max(1, degradations.length)
  const model = inputs['model']
  invariant(model, 'the compiler has checked the model port')
  return degradations.map(([name, degrade]) => ({
    name,
    use: 'coarsest',
    with: { ...(shared as unknown as JsonObject), confidence: each },
    inputs: { model },
    templates: { degrade, measure: templates['measure'] as Template, beside: confoundersOf(sofar) },
  }))
}

/** The answer of each search; undefined while it goes on. */
export function readPaths(sofar: Now): Readonly<Record<string, Answer | undefined>> {
  const read = (name: string): Answer | undefined => {
    const ref = sofar.results[name]?.outputs['answer']
    return ref !== undefined && 'value' in ref ? (ref.value as unknown as Answer) : undefined
  }
  return Object.fromEntries(Object.keys(degradationsOf(sofar)).map((name) => [name, read(name)]))
}

/** Everything that is measured along the paths, at the model that knows nothing. */
export function baselineStages(sofar: Now): ChildStage[] {
  const model = sofar.inputs['baseline']
  if (model === undefined) return []
  const loss = baselineLoss(sofar)
  return [
    placed(sofar.templates['measure'] as Template, { name: 'baseline/measure', model }),
    ...Object.entries(confoundersOf(sofar)).map(([name, one]) =>
      placed(one, { name: `baseline/beside-${name}`, model }),
    ),
    ...(loss === undefined ? [] : [loss]),
  ]
}

/** On the text of the first degradation that has one. */
function baselineLoss(sofar: Now): ChildStage | undefined {
  const model = sofar.inputs['baseline']
  if (model === undefined) return undefined
  for (const degrade of Object.values(degradationsOf(sofar))) {
    const stage = lossStage({ steps: stepsOf(degrade), model })
    if (stage !== undefined) return { ...stage, name: 'baseline/loss' }
  }
  return undefined
}

/** `none` where no baseline was given; undefined while it is measured. */
export function readBaseline(sofar: Now): Baseline | 'none' | undefined {
  const stages = baselineStages(sofar)
  if (stages.length === 0) return 'none'
  if (stages.some(({ name }) => sofar.results[name] === undefined)) return undefined
  const claim = parseClaim(sofar.with.keep)
  const read = (name: string, metric: string | undefined): Measured => {
    const child = sofar.results[`baseline/${name}`]
    invariant(child, 'all of the baseline has been measured')
    return measured(child, { output: 'metrics', metric }, alpha)
  }
  return {
    metric: read('measure', claim.ok ? claim.value.metric : undefined),
    beside: Object.fromEntries(
      Object.keys(confoundersOf(sofar)).map((name) => [name, read(`beside-${name}`, undefined)]),
    ),
    ...(baselineLoss(sofar) === undefined ? {} : { loss: read('loss', 'loss').mean }),
  }
}

/** What the explanation is worth at the model itself, and at each coarsest scale that is not the model itself. */
export function explanationStages(sofar: Now): ChildStage[] {
  const template = sofar.templates['explained'] as Template | undefined
  const model = sofar.inputs['model']
  if (template === undefined || model === undefined) return []
  const paths = Object.entries(readPaths(sofar)).flatMap(([name, answer]) => {
    const at = sofar.results[name]?.outputs['model']
    return answer?.coarsest === undefined || at === undefined ? [] : [{ name: `explained/${name}`, model: at }]
  })
  return [{ name: 'explained/original', model }, ...paths].map((place) => placed(template, place))
}

/** Undefined while it is measured. */
export function readExplanation(sofar: Now): PhenomenonAnswer['explanation'] | undefined {
  const stages = explanationStages(sofar)
  const results = stages.map(({ name }) => sofar.results[name])
  if (results.some((child) => child === undefined)) return undefined
  return stages.map(({ name }, i) => {
    const child = results[i]
    invariant(child, 'the explanation has been measured')
    const names = Object.keys(metricsOf(child, 'metrics').metrics)
    const metrics = names.map((metric) => [metric, measured(child, { output: 'metrics', metric }, alpha)] as const)
    return { at: name.slice('explained/'.length), metrics: Object.fromEntries(metrics) }
  })
}
