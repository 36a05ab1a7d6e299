import { nbetaFor, rounded } from '../coarsest/steering.ts'

/** A dose that was tried. */
export interface Tried {
  readonly coldness: number
  /** How far beyond the target: negative where it is too mild, positive where it is too rough; infinite where it broke. */
  readonly off: number
  /** Whether it counts as there. */
  readonly isThere: boolean
  /** Nats per token, where it is known. */
  readonly loss?: { readonly mean: number }
}

export interface Steering {
  readonly start: number
  /** Coldness of the roughest dose; 0 where there is none. */
  readonly hottest: number
  /** The nearest coldness that the degradation can make. */
  snap(coldness: number): number
  /** Every dose there is, coldest first, where they are few: all are tried. */
  readonly all?: readonly number[] | undefined
  /** Doses to go through first, coldest first, until one is too rough: for paths that need not be monotone. */
  readonly grid?: readonly number[] | undefined
  /** The model's own loss and the wanted one, where it is a loss that is steered. */
  readonly losses?: { readonly from: number; readonly target: number } | undefined
  readonly tries: number
}

/** `reached`: a dose is there · `every-dose`: all were tried · `range-ends`: the path ends first · `bracketed`: no dose lies between. */
export type Stop = 'reached' | 'every-dose' | 'range-ends' | 'bracketed' | 'tries-spent'
export type NextDose = { readonly coldness: number } | { readonly stop: Stop }

/**
 * What to try next. Doses that are few are all tried. Otherwise the target is bracketed, by the control law ΔL ≈ λ/nβ
 * where a loss is steered and by factors of four elsewhere, or along the grid; then bisected in ln dose. Pure.
 */
export function nextDose(tried: readonly Tried[], plan: Steering): NextDose {
  if (plan.all !== undefined) return nextOf(plan.all, tried) ?? { stop: 'every-dose' }
  if (tried.some(({ isThere }) => isThere)) return { stop: 'reached' }
  if (tried.length >= plan.tries) return { stop: 'tries-spent' }
  const { mild, rough } = bracket(tried)
  if (plan.grid !== undefined && rough === undefined) return nextOf(plan.grid, tried) ?? { stop: 'range-ends' }
  if (mild !== undefined && rough !== undefined) {
    const found = between(mild, rough, { tried, plan })
    return isNew(found, tried) ? { coldness: found } : { stop: 'bracketed' }
  }
  const wanted = tried.length === 0 ? [plan.start] : outward(tried, plan, rough === undefined)
  const found = wanted
    .map((coldness) => plan.snap(rounded(Math.max(coldness, plan.hottest))))
    .find((coldness) => isNew(coldness, tried))
  return found === undefined ? { stop: 'range-ends' } : { coldness: found }
}

/** The coldest dose that is too rough, and the hottest of the milder ones that is too mild. */
export function bracket<T extends Tried>(tried: readonly T[]): { mild: T | undefined; rough: T | undefined } {
  const sorted = [...tried].sort((a, b) => b.coldness - a.coldness)
  const first = sorted.findIndex(({ off }) => off > 0)
  return first === -1 ? { mild: sorted.at(-1), rough: undefined } : { mild: sorted[first - 1], rough: sorted[first] }
}

/** Steps hotter, or colder, than everything tried, the best first; a dose in whole numbers may have nothing new so near. */
function outward(tried: readonly Tried[], { losses }: Steering, isHotter: boolean): number[] {
  const all = tried.map(({ coldness }) => coldness)
  const bound = isHotter ? Math.min(...all) : Math.max(...all)
  const far = isHotter ? [bound / 4, bound / 16] : [bound * 4, bound * 16]
  const known = tried.filter(({ loss }) => loss !== undefined)
  if (losses === undefined || known.length === 0) return far
  const wanted = nbetaFor(known.map(asLevel), losses)
  return [isHotter ? Math.min(wanted, bound / 1.2) : Math.max(wanted, bound * 1.2), ...far]
}

/** Inside the bracket: where the control law points, if that is well inside, else the middle in ln dose. */
function between(mild: Tried, rough: Tried, { tried, plan }: { tried: readonly Tried[]; plan: Steering }): number {
  const [cold, hot] = [mild.coldness, rough.coldness]
  // The coldness of the undegraded model is infinite.
  const middle = Number.isFinite(cold) ? Math.sqrt(cold * hot) : 4 * hot
  const known = tried.filter(({ loss }) => loss !== undefined)
  const law = plan.losses === undefined || known.length < 2 ? middle : nbetaFor(known.map(asLevel), plan.losses)
  const margin = Math.min(1.1, (cold / hot) ** 0.2)
  return plan.snap(rounded(law < cold / margin && law > hot * margin ? law : middle))
}

const asLevel = ({ coldness, loss }: Tried): { nbeta: number; loss?: { mean: number } } => ({
  nbeta: coldness,
  ...(loss === undefined ? {} : { loss }),
})

const nextOf = (list: readonly number[], tried: readonly Tried[]): { coldness: number } | undefined => {
  const coldness = list.find((one) => isNew(one, tried))
  return coldness === undefined ? undefined : { coldness }
}
const isNew = (coldness: number, tried: readonly Tried[]): boolean =>
  tried.every((one) => one.coldness !== coldness && Math.abs(Math.log(one.coldness / coldness)) > 1e-3)
