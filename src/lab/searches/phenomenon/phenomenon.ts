import { canonicalJson } from '../../../base/canonical-json.ts'
import { invariant } from '../../../base/invariant.ts'
import type { Json, JsonObject } from '../../../base/json.ts'
import { defineSearch } from '../../../stage/stage-kind.ts'
import { doses } from '../../degradations/doses.ts'
import { compare, type PhenomenonAnswer } from './answer.ts'
import { baselineStages, explanationStages, pathStages, readBaseline, readExplanation, readPaths } from './children.ts'
import { phenomenonParams } from './phenomenon-params.ts'
import { phenomenonReport } from './report.ts'
import { phenomenonView } from './view.ts'

/**
 * One claim under several degradations. For each the coarsest scale at which the claim holds; what else melts along the
 * way, and in which order; all degradations compared at equal loss. The confidence is that of all verdicts together: each
 * of d searches has a d-th of the error rate.
 */
export const phenomenon = defineSearch({
  name: 'phenomenon',
  version: 3,
  role: 'search',
  summary:
    'Hold one claim against several degradations: how far it survives each, what melts before it, all at equal loss',
  source: 'Dmitry Vaintrob, "Dmitry\'s Koan" (2025), on combining degradations that are unlike each other',
  example: [
    'model: some-model',
    'measure: { use: ioi }',
    'keep: accuracy >= 0.95',
    'confounders: { facts: { use: recall, with: { facts: some-relation } } }',
    'degradations:',
    '  tempering: { use: sgld, with: { data: some-dataset } }',
    '  noise: { use: noise, with: { measured: some-dataset } }',
  ].join('\n'),
  seeded: false,
  params: phenomenonParams,
  inputs: {
    model: { accepts: ['model'], description: 'The model' },
    baseline: {
      accepts: ['model'],
      optional: true,
      description:
        'A model that knows nothing, such as its initialisation: what is left of a metric, or explained of the loss, is counted from there',
    },
  },
  templates: {
    measure: { role: 'experiment', arity: 'one', description: 'The experiment that the claim is about' },
    degradations: {
      role: 'degradation',
      arity: 'map',
      chain: true,
      turns: { kinds: Object.keys(doses) },
      description: `Degradations by name: ${Object.keys(doses).join(', ')}; or a list, each applied to what the one before gives`,
    },
    confounders: {
      role: 'experiment',
      arity: 'map',
      optional: true,
      description: 'What may be mixed up with the claim, measured beside it at every level; by name',
    },
    explained: {
      role: 'experiment',
      arity: 'one',
      optional: true,
      description:
        'What an explanation is worth, such as explained-loss: measured at the model and at each coarsest scale',
    },
  },
  outputs: {
    answer: { type: 'record', description: 'A verdict for each degradation, melting points, all paths at equal loss' },
  },
  grow: (sofar) => {
    const stages = [...pathStages(sofar), ...baselineStages(sofar)]
    const paths = readPaths(sofar)
    const view = phenomenonView(sofar, paths)
    const baseline = readBaseline(sofar)
    if (Object.values(paths).some((path) => path === undefined) || baseline === undefined) return { stages, view }
    const explaining = explanationStages(sofar)
    const explanation = readExplanation(sofar)
    const all = [...stages, ...explaining]
    if (explanation === undefined) return { stages: all, view }
    const { keep, confidence, melted } = sofar.with
    const found = Object.fromEntries(
      Object.entries(paths).flatMap(([name, path]) => (path === undefined ? [] : [[name, path]])),
    )
    const compared = compare(found, {
      claim: keep,
      confidence,
      melted,
      baseline: baseline === 'none' ? undefined : baseline,
    })
    return { stages: all, view, outputs: { answer: { value: plain({ ...compared, explanation }) } } }
  },
  report: ({ outputs }) => {
    const ref = outputs['answer']
    invariant(ref && 'value' in ref, 'a finished phenomenon has an answer')
    return phenomenonReport(ref.value as unknown as PhenomenonAnswer)
  },
})

/** As plain JSON; a number that JSON cannot hold would be a bug, and throws. */
const plain = (answer: PhenomenonAnswer): JsonObject =>
  JSON.parse(canonicalJson(answer as unknown as Json)) as JsonObject
