export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/**
 * The mean and the ends of an interval as text, with as many decimals as the interval's width can resolve. The ends
 * are rounded outwards: a bound of 0.9496 is never printed as 0.95.
 */
export function interval(
  estimate: Estimate,
  decimals = intervalDecimals([estimate]),
): { readonly mean: string; readonly range: string } {
  const step = 10 ** decimals
  const low = Math.floor(estimate.low * step + 1e-9) / step
  const high = Math.ceil(estimate.high * step - 1e-9) / step
  return { mean: estimate.mean.toFixed(decimals), range: `[${low.toFixed(decimals)}, ${high.toFixed(decimals)}]` }
}

/** Decimals that resolve the narrowest of some intervals: one number for a column, so that its points line up. */
export function intervalDecimals(estimates: readonly Estimate[]): number {
  return Math.max(0, ...estimates.map(decimalsFor))
}

function decimalsFor({ mean, low, high }: Estimate): number {
  const atLeast = Math.abs(mean) < 10 ? 2 : Math.abs(mean) < 1000 ? 1 : 0
  const width = high - low
  if (!(width > 0)) return atLeast + 1
  return Math.min(3, Math.max(atLeast, -Math.floor(Math.log10(width / 5))))
}
