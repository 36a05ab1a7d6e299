import type { ArtifactRef } from '../../../stage/artifact.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { ChildStage } from '../../../stage/stage-kind.ts'
import { wordsOf } from '../../scales/target.ts'
import { measured } from '../coarsest/judge.ts'
import { lossStage } from '../coarsest/levels.ts'
import { placed } from '../coarsest/placed.ts'
import type { Course } from './course.ts'

/** What is steered to, and where the model itself stands. */
export interface Goal {
  readonly of: 'loss' | 'accuracy' | 'nbeta'
  readonly target: number
  /** The model's own value of what is steered; of nβ nothing is. */
  readonly own: number
  /** The model's own loss, nats per token. */
  readonly from: number
}

/** The children that say where the model stands, and the goal once they have. Throws StageError for a target that cannot be met. */
export function goalOf(course: Course): { readonly stages: readonly ChildStage[]; readonly goal?: Goal } {
  const { target } = course.given
  if ('accuracy' in target) return accuracyGoal(course, target.accuracy)
  if ('nbeta' in target) return nbetaGoal(course, target.nbeta)
  const data = dataOf(course)
  const init = course.inputs['init']
  const ask: ChildStage = {
    name: 'target',
    use: 'target-loss',
    with: { target },
    inputs: { model: course.model, data, ...(init && { init }) },
  }
  const found = course.results['target']?.outputs
  if (found === undefined) return { stages: [ask] }
  const from = numberOf(found['modelLoss'])
  return { stages: [ask], goal: { of: 'loss', target: numberOf(found['loss']), own: from, from } }
}

function dataOf({ inputs, steps, model }: Course): ArtifactRef {
  const data = inputs['data'] ?? lossStage({ steps, model })?.inputs['data']
  if (data === undefined)
    throw new StageError(
      'there are no data to measure losses on',
      'Give the degradation measured: DATASET, or this stage data: DATASET, of text or of examples.',
    )
  return data
}

function ownLoss(course: Course): { readonly ask: ChildStage; readonly from?: number } {
  const ask: ChildStage = {
    name: 'original/loss',
    use: 'loss',
    with: {},
    inputs: { model: course.model, data: dataOf(course) },
  }
  const found = course.results[ask.name]
  return found === undefined
    ? { ask }
    : { ask, from: measured(found, { output: 'metrics', metric: 'loss' }, 0.025).mean }
}

function nbetaGoal(course: Course, nbeta: number): ReturnType<typeof goalOf> {
  if (course.dose.param !== 'nbeta')
    throw new StageError(
      `the target is { nbeta: ${nbeta} }, and ${course.steps[course.turned]?.use ?? 'this degradation'} has no temperature`,
      'Give a loss, a gap multiple, explained loss, an equivalent size or an accuracy.',
    )
  const { ask, from } = ownLoss(course)
  return { stages: [ask], ...(from === undefined ? {} : { goal: { of: 'nbeta', target: nbeta, own: from, from } }) }
}

function accuracyGoal(course: Course, accuracy: number): ReturnType<typeof goalOf> {
  const { measure, model, given } = course
  if (measure === undefined)
    throw new StageError(
      `the target is { accuracy: ${accuracy} }, and there is no experiment to measure it`,
      'Give measure: { use: EXPERIMENT, with: … }.',
    )
  const { ask, from } = ownLoss(course)
  const judge = placed(measure, { name: 'original/measure', model })
  const found = course.results[judge.name]
  const stages = [ask, judge]
  if (found === undefined || from === undefined) return { stages }
  const own = measured(found, { output: 'metrics', metric: given.metric }, 0.025).mean
  if (!(own > accuracy))
    throw new StageError(
      `the target ${wordsOf(given.target)} is not under the model's own ${given.metric} of ${own.toFixed(4)}`,
      'A degraded model does worse than the model: take a lower target.',
    )
  return { stages, goal: { of: 'accuracy', target: accuracy, own, from } }
}

function numberOf(ref: ArtifactRef | undefined): number {
  if (ref === undefined || !('value' in ref) || typeof ref.value !== 'number')
    throw new Error('a target is given as numbers')
  return ref.value
}
