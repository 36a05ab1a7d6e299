import type { Claim } from '../../../stage/claim.ts'
import type { Measured } from './judge.ts'
import type { More } from './looks.ts'

/** What would decide a level that is not decided, from how wide its interval is and how far its mean is from the threshold. */
export interface WouldDecide {
  /** `nothing`: what was measured has no chance in it that more of anything would lessen. */
  readonly by: More | 'nothing'
  /** How many times as many as were taken; absent where it is more than a thousand, the mean being at the threshold itself. */
  readonly times?: number
}

const most = 1000

/** Errors shrink as one over the square root of what is spent; so (reach / distance)² times as much, rounded up. */
export function wouldDecide(
  { threshold }: Pick<Claim, 'threshold'>,
  { mean, low, high }: Pick<Measured, 'mean' | 'low' | 'high'>,
  by: More | undefined,
): WouldDecide {
  if (by === undefined) return { by: 'nothing' }
  const distance = Math.abs(mean - threshold)
  const reach = mean >= threshold ? mean - low : high - mean
  const times = Math.ceil((reach / distance) ** 2)
  return { by, ...(times <= most ? { times: Math.max(2, times) } : {}) }
}
