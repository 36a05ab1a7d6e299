import type { Loss } from '../coarsest/loss-of.ts'
import { wordsOf } from '../../scales/target.ts'
import type { Course } from './course.ts'
import type { Goal } from './goal.ts'
import type { Stop } from './next-dose.ts'
import type { TriedDose } from './try-doses.ts'

/** The whole result; plain data, kept as the output `answer`. */
export interface DegradedAnswer {
  readonly version: 1
  /** As it was written. */
  readonly target: string
  readonly of: Goal['of']
  /** What is steered: `loss`, `nbeta`, or the name of the metric. */
  readonly metric: string
  /** The target as a number, in nats per token where it is a loss. */
  readonly wanted: number
  readonly own: number
  readonly reached: boolean
  readonly stop: Stop
  /** Name of the dose that is there, or else was nearest. */
  readonly nearest?: string
  /** Whether a rougher dose came out finer than a milder one, beyond both errors. */
  readonly folds: boolean
  /** Coldest first. */
  readonly tries: readonly {
    readonly name: string
    readonly dose: number
    readonly label: string
    readonly loss?: Loss
    readonly value?: { readonly mean: number; readonly se: number }
  }[]
}

export function answerOf(
  { given }: Course,
  goal: Goal,
  { tried, stop }: { readonly tried: readonly TriedDose[]; readonly stop: Stop },
): DegradedAnswer {
  const sound = tried.filter(({ model }) => model !== undefined)
  // A dose that is there by its own error may be farther off by its mean than one that is known better and is not.
  const [nearest] = [...sound].sort(
    (a, b) => Number(b.isThere) - Number(a.isThere) || Math.abs(a.off) - Math.abs(b.off),
  )
  return {
    version: 1,
    target: wordsOf(given.target),
    of: goal.of,
    metric: goal.of === 'accuracy' ? given.metric : goal.of,
    wanted: goal.target,
    own: goal.own,
    reached: nearest?.isThere ?? false,
    stop,
    ...(nearest === undefined ? {} : { nearest: nearest.name }),
    folds: folds(sound),
    tries: [...tried]
      .sort((a, b) => b.coldness - a.coldness)
      .map(({ name, dose, label, loss, value }) => ({
        name,
        dose,
        label,
        ...(loss && { loss }),
        ...(value && { value }),
      })),
  }
}

/** Two standard errors of the difference: along a path without folds it happens to one pair in forty. */
function folds(tried: readonly TriedDose[]): boolean {
  const sorted = [...tried].sort((a, b) => b.coldness - a.coldness)
  return sorted.slice(1).some((rough, i) => {
    const mild = sorted[i]!
    const reach = 2 * Math.hypot(errorOf(rough), errorOf(mild))
    return rough.off < mild.off - reach
  })
}

const errorOf = ({ value, loss }: TriedDose): number => value?.se ?? loss?.se ?? 0
