import { nbetaFor } from '../coarsest/steering.ts'

export interface MadeLevel {
  readonly nbeta: number
  readonly loss: { readonly mean: number; readonly se: number }
  readonly target?: number
}

export interface CurvePlan {
  /** Coldness of each level, coldest first; or else the losses to steer to, nats per token. */
  readonly doses?: readonly number[]
  readonly losses?: readonly number[]
  readonly from: number
  /** Coldness to begin with, where losses are steered to. */
  readonly start: number
  snap(nbeta: number): number
}

export interface NextLevel {
  readonly nbeta: number
  readonly target?: number
}

const tries = 3
const closest = 1.02

/** Which level comes next, from those there are in the order they were made. Undefined where there is none left. Pure. */
export function nextLevel(levels: readonly MadeLevel[], plan: CurvePlan): NextLevel | undefined {
  if (plan.losses === undefined) {
    const nbeta = plan.doses?.[levels.length]
    return nbeta === undefined ? undefined : { nbeta }
  }
  for (const target of [...plan.losses].sort((a, b) => a - b)) {
    if (levels.some((level) => isAt(level, target, plan.from))) continue
    if (levels.filter((level) => level.target === target).length >= tries) continue
    const nbeta = plan.snap(levels.length === 0 ? plan.start : nbetaFor(levels, { from: plan.from, target }))
    if (levels.every((level) => Math.abs(Math.log(level.nbeta / nbeta)) >= Math.log(closest))) return { nbeta, target }
  }
  return undefined
}

/** Whether a level has a wanted loss: within its standard error, or a tenth of the way from the model. */
export const isAt = ({ loss }: Pick<MadeLevel, 'loss'>, target: number, from: number): boolean =>
  Math.abs(loss.mean - target) <= Math.max(loss.se, 0.1 * (target - from))
