import { canonicalJson } from '../../../base/canonical-json.ts'
import { invariant } from '../../../base/invariant.ts'
import type { Json, JsonObject } from '../../../base/json.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { defineSearch, type Sofar, type Template } from '../../../stage/stage-kind.ts'
import { doses } from '../../degradations/doses.ts'
import { turnedOf } from '../coarsest/read-bench.ts'
import type { Course } from './course.ts'
import { degradeToParams, type DegradeTo } from './degrade-to-params.ts'
import { answerOf, type DegradedAnswer } from './degraded-answer.ts'
import { degradedReport } from './degraded-report.ts'
import { goalOf } from './goal.ts'
import { tryDoses } from './try-doses.ts'

/** The degraded model at a wanted roughness, by any degradation. */
export const degradeTo = defineSearch({
  name: 'degrade-to',
  version: 3,
  role: 'search',
  summary: 'Steer a degradation to a target: a loss, a gap multiple, explained loss, equivalent size, nβ or accuracy',
  source:
    'Control law ΔL ≈ λ/nβ: Watanabe 2013 (JMLR 14); straight lines need not be monotone: Tao et al. 2024 (PMLR 235)',
  example: [
    'model: some-model',
    'data: some-dataset',
    'target: { gap: 1, best: 1.05 }',
    'degrade: { use: prune, with: { measured: some-dataset } }',
  ].join('\n'),
  seeded: false,
  params: degradeToParams,
  inputs: {
    model: { accepts: ['model'], description: 'The model' },
    data: {
      accepts: ['dataset', 'examples'],
      optional: true,
      description:
        'Text, or examples, on which its own loss is measured. Left out: that on which the degradation measures',
    },
    init: {
      accepts: ['model'],
      optional: true,
      description: 'Its loss is that of knowing nothing; left out: a uniform guess over the vocabulary',
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
      arity: 'one',
      optional: true,
      description: 'The experiment that a target { accuracy: … } is about',
    },
  },
  outputs: {
    model: { type: 'ensemble', description: 'The degraded model, or draws of it, nearest to the target' },
    dose: { type: 'number', description: 'Its dose, in the degradation’s own parameter' },
    loss: { type: 'number', description: 'Its loss, nats/token' },
    answer: {
      type: 'record',
      description: 'Target, every dose tried with its loss, and whether the target was reached',
    },
  },
  grow: (sofar) => {
    const course = courseOf(sofar)
    const goal = goalOf(course)
    if (goal.goal === undefined) return { stages: goal.stages }
    const done = tryDoses(course, goal.goal)
    const stages = [...goal.stages, ...done.stages]
    if (done.stop === undefined) return { stages }
    const answer = answerOf(course, goal.goal, { tried: done.tried, stop: done.stop })
    const best = done.tried.find(({ name }) => name === answer.nearest)
    if (best?.model === undefined)
      throw new StageError(
        'every dose tried left the sampler broken, so there is no degraded model',
        'Lower eta (or epsilon) of the degradation, or begin with a colder dose: start.',
      )
    return {
      stages,
      outputs: {
        model: best.model,
        dose: { value: best.dose },
        loss: { value: best.loss?.mean ?? goal.goal.from },
        answer: { value: JSON.parse(canonicalJson(answer as unknown as Json)) as JsonObject },
      },
    }
  },
  report: ({ outputs }) => {
    const ref = outputs['answer']
    invariant(ref && 'value' in ref, 'a finished search has an answer')
    return degradedReport(ref.value as unknown as DegradedAnswer)
  },
})

function courseOf({ with: given, inputs, templates, results }: Sofar<DegradeTo>): Course {
  invariant(inputs['model'], 'the compiler has checked the model port')
  const steered = turnedOf(templates['degrade'] as Template, given.turn)
  const measure = templates['measure'] as Template | undefined
  return { given, ...steered, model: inputs['model'], inputs, results, ...(measure && { measure }) }
}
