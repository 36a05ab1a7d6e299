import type { Random } from '../../../src/lab/random.ts'

/** Chains × draws of a stationary first-order autoregression of mean 0 and variance 1. */
export function autoregressiveChains(
  random: Random,
  { chains, draws, coefficient }: { chains: number; draws: number; coefficient: number },
): number[][] {
  return Array.from({ length: chains }, () => {
    let value = normal(random)
    return Array.from({ length: draws }, (_, i) =>
      i === 0 ? value : (value = coefficient * value + Math.sqrt(1 - coefficient ** 2) * normal(random)),
    )
  })
}

/** A standard normal number by Box and Muller. */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
