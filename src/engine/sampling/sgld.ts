/**
 * Stochastic gradient Langevin dynamics from trained weights w₀ (Welling and Teh 2011; localized as in Lau et al. 2023,
 * arXiv 2308.12108): w ← w − (ε/2)[nβ·∇L + γ(w − w₀)] + √ε·ξ samples p(w) ∝ exp(−nβ·L(w) − (γ/2)‖w − w₀‖²).
 *
 * Written with the temperature T = 1/nβ, η = ε·nβ and κ = γ/nβ the same step is
 * w ← w − (η/2)[∇L + κ(w − w₀)] + √(ηT)·ξ. Its stability, η·(curvature + κ) < 4, and its relaxation time, 2/(ηκ) steps,
 * do not depend on T: one step size serves a whole ladder of temperatures.
 */
export interface Dynamics {
  /** Step size ε. */
  readonly epsilon: number
  /** Inverse temperature nβ. */
  readonly nbeta: number
  /** Localization γ. */
  readonly gamma: number
}

export const fromTemperature = ({ eta, kappa, nbeta }: { readonly eta: number; readonly kappa: number; readonly nbeta: number }): Dynamics => ({
  epsilon: eta / nbeta,
  gamma: kappa * nbeta,
  nbeta,
})

/** Steps in which the localization alone forgets the start: 2/(εγ). */
export const relaxationSteps = ({ epsilon, gamma }: Dynamics): number => 2 / (epsilon * gamma)

export interface SgldArrays {
  /** Weights, changed in place. */
  readonly weights: Float32Array
  readonly start: Float32Array
  readonly gradient: Float32Array
  /** Standard normal numbers. */
  readonly noise: Float32Array
}

/** One step in place. Sums nothing; each weight is rounded once to fp32. */
export function sgldStep({ weights, start, gradient, noise }: SgldArrays, { epsilon, nbeta, gamma }: Dynamics): void {
  const [pull, push, shake] = [(epsilon / 2) * gamma, (epsilon / 2) * nbeta, Math.sqrt(epsilon)]
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!
    weights[i] = w - push * gradient[i]! - pull * (w - start[i]!) + shake * noise[i]!
  }
}
