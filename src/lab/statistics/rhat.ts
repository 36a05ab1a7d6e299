/**
 * Split R-hat: each chain cut in two, the square root of total over within-half variance. Near 1 where the chains tell
 * the same story and none drifts; above 1.1 they do not. Gelman et al., "Bayesian Data Analysis", 3rd edition, 11.4.
 * Chains of fewer than four draws cannot be cut: 1 is returned. Halves that do not vary but differ give Infinity.
 */
export function splitRHat(values: readonly (readonly number[])[]): number {
  const draws = Math.min(...values.map((chain) => chain.length))
  if (draws < 4) return 1
  const half = Math.floor(draws / 2)
  const halves = values.flatMap((chain) => [chain.slice(0, half), chain.slice(chain.length - half)])
  const means = halves.map(mean)
  const within = mean(halves.map((part, i) => squares(part, means[i] as number) / (half - 1)))
  const between = squares(means, mean(means)) / (halves.length - 1)
  if (within === 0) return between === 0 ? 1 : Infinity
  return Math.sqrt((half - 1) / half + between / within)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const squares = (values: readonly number[], about: number): number =>
  values.reduce((sum, value) => sum + (value - about) ** 2, 0)
