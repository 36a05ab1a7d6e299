import type { ArtifactRef } from '../../../stage/artifact.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { ChildStage } from '../../../stage/stage-kind.ts'
import { drawsOf } from '../coarsest/draws.ts'
import { everyDose } from '../coarsest/every-dose.ts'
import { measured } from '../coarsest/judge.ts'
import { placed } from '../coarsest/placed.ts'
import { lossOf, type Loss } from '../coarsest/loss-of.ts'
import type { Course } from './course.ts'
import type { Goal } from './goal.ts'
import { nextDose, type Steering, type Stop, type Tried } from './next-dose.ts'

/** A dose that was tried, with what came of it. */
export interface TriedDose extends Tried {
  readonly name: string
  /** In the degradation's own parameter. */
  readonly dose: number
  readonly label: string
  readonly loss?: Loss
  /** What is steered, where that is not the loss. */
  readonly value?: { readonly mean: number; readonly se: number }
  /** Absent where the sampler broke. */
  readonly model?: ArtifactRef
}

export interface Trying {
  readonly stages: readonly ChildStage[]
  readonly tried: readonly TriedDose[]
  /** Why no more are tried; absent while it goes on. */
  readonly stop?: Stop
}

/** Replays the tries over the results there are, up to the first child that is not finished. Pure. */
export function tryDoses(course: Course, goal: Goal): Trying {
  const every = everyDose(
    { dose: course.dose, degrade: course.steps[course.turned]! },
    { maxLevels: course.given.tries },
    course.results,
  )
  const stages: ChildStage[] = every?.ask === undefined ? [] : [every.ask]
  if (every !== undefined && every.all === undefined) return { stages, tried: [] }
  const plan = steeringOf(course, goal, every?.all)
  const tried: TriedDose[] = []
  for (;;) {
    const next = nextDose(tried, plan)
    if ('stop' in next) return { stages, tried, stop: next.stop }
    const name = `try-${String(tried.length + 1).padStart(2, '0')}`
    const { more, found } = tryDose(course, goal, {
      name,
      coldness: next.coldness,
      warm: warmStart(course, tried, next),
    })
    stages.push(...more)
    if (found === undefined) return { stages, tried }
    tried.push(found)
  }
}

function steeringOf(
  { dose, given: { start, tries, grid, target } }: Course,
  goal: Goal,
  all: readonly number[] | undefined,
): Steering {
  const alphas = Array.from({ length: grid }, (_, i) => dose.coldness((i + 1) / grid))
  return {
    start: 'nbeta' in target ? target.nbeta : start === undefined ? dose.start : dose.coldness(start),
    hottest: dose.hottest,
    snap: (coldness) => dose.coldness(dose.value(coldness)),
    all: 'nbeta' in target ? [target.nbeta] : all,
    grid: dose.param === 'alpha' ? alphas : undefined,
    losses: goal.of === 'loss' ? { from: goal.from, target: goal.target } : undefined,
    tries,
  }
}

interface At {
  readonly name: string
  readonly coldness: number
  readonly warm: ArtifactRef | undefined
}

function tryDose(
  course: Course,
  goal: Goal,
  { name, coldness, warm }: At,
): { readonly more: readonly ChildStage[]; readonly found?: TriedDose } {
  const draws = drawsOf(course, { name, nbeta: coldness, warm }, 1)
  const dose = course.dose.value(coldness)
  const head = { name, coldness, dose, label: course.dose.label(dose) }
  if (draws.diagnosis?.verdict === 'broken')
    return { more: draws.stages, found: { ...head, off: Infinity, isThere: false } }
  const { model } = draws
  if (model === undefined) return { more: draws.stages }
  const loss = lossOf([draws.parts], goal.from)
  if (goal.of !== 'accuracy') {
    if (loss === undefined)
      throw new StageError(
        `the degradation ${course.steps[course.turned]?.use ?? ''} says no loss, so it cannot be steered to one`,
        'Give it measured: a dataset to measure the loss on.',
      )
    const off = goal.of === 'nbeta' ? 0 : loss.mean - goal.target
    return {
      more: draws.stages,
      found: { ...head, loss, model, off, isThere: isThere(course, goal, { off, se: loss.se }) },
    }
  }
  const judge = placed(course.measure!, { name: `${name}/measure`, model })
  const more = [...draws.stages, judge]
  const result = course.results[judge.name]
  if (result === undefined) return { more }
  const value = measured(result, { output: 'metrics', metric: course.given.metric }, 0.025)
  const off = goal.target - value.mean
  const there = isThere(course, goal, { off, se: value.se })
  const { mean, se } = value
  return { more, found: { ...head, ...(loss && { loss }), value: { mean, se }, model, off, isThere: there } }
}

/** Within its standard error, or within the tolerated fraction of the way. */
const isThere = (
  { given: { tolerance } }: Course,
  { target, own }: Goal,
  { off, se }: { off: number; se: number },
): boolean => Math.abs(off) <= Math.max(se, tolerance * Math.abs(target - own))

/** The draws of the nearest colder dose that is sound, where a sampler may start from them. */
function warmStart(
  { dose }: Course,
  tried: readonly TriedDose[],
  { coldness }: { coldness: number },
): ArtifactRef | undefined {
  if (!dose.warm) return undefined
  const colder = tried.filter((one) => one.coldness > coldness && one.model !== undefined)
  return colder.sort((a, b) => a.coldness - b.coldness)[0]?.model
}
