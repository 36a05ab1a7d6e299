/**
 * How many independent draws would give a mean as precise as these draws of several chains do: the smaller of two
 * estimates, never more than the draws there are. `values[c][d]`, the draws of one chain in order.
 *
 * 1. Geyer's initial monotone positive sequence over autocovariances about the grand mean, so that chains which
 *    disagree count as correlated (Geyer 1992, "Practical Markov chain Monte Carlo").
 * 2. A first-order autoregression whose coefficient is the pooled lag-1 autocorrelation plus {@link caution} of its
 *    standard errors. With the six draws or so that a level has, the first estimate is too hopeful by chance in many
 *    runs; this one is not, as the simulation in the tests shows.
 */
export function effectiveSampleSize(values: readonly (readonly number[])[]): number {
  const count = values.reduce((sum, chain) => sum + chain.length, 0)
  const covariance = autocovariance(values)
  if (!(covariance(0) > 0)) return count
  return count / Math.max(1, geyerTime(values, covariance), autoregressiveTime(values, covariance))
}

/** Standard errors added to the autocorrelation. Chosen by the simulation in `test/lab/statistics/estimate.test.ts`. */
const caution = 1.5

type Autocovariance = (lag: number) => number

/** Sum over all pairs `lag` apart, about the grand mean, divided by the number of draws (so it fades with the lag). */
function autocovariance(values: readonly (readonly number[])[]): Autocovariance {
  const all = values.flat()
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  return (lag) => {
    let sum = 0
    for (const chain of values)
      for (let i = lag; i < chain.length; i++)
        sum += ((chain[i] as number) - mean) * ((chain[i - lag] as number) - mean)
    return sum / all.length
  }
}

function geyerTime(values: readonly (readonly number[])[], covariance: Autocovariance): number {
  const longest = Math.max(...values.map((chain) => chain.length))
  const variance = covariance(0)
  let time = -1
  let last = Infinity
  for (let lag = 0; lag < longest; lag += 2) {
    const pair = Math.min(last, (covariance(lag) + covariance(lag + 1)) / variance)
    if (pair <= 0) break
    time += 2 * pair
    last = pair
  }
  return time
}

function autoregressiveTime(values: readonly (readonly number[])[], covariance: Autocovariance): number {
  const count = values.reduce((sum, chain) => sum + chain.length, 0)
  const pairs = count - values.length
  if (pairs === 0) return 1
  const measured = ((covariance(1) / covariance(0)) * count) / pairs
  const coefficient = Math.min(0.97, Math.max(0, measured + caution / Math.sqrt(pairs)))
  const draws = count / values.length
  let time = 1
  for (let lag = 1; lag < draws; lag++) time += 2 * (1 - lag / draws) * coefficient ** lag
  return time
}
