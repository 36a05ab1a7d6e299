import type { DrawLosses } from './token-losses.ts'
import { meanOf } from './token-losses.ts'

/** Draws as losses on the posterior's own data and on the tokens that are asked about. */
export interface SusceptibilityDraws {
  /** Mean loss on the posterior's data, nats a token, of each draw. */
  readonly loss: readonly number[]
  /** Losses of the tokens asked about, of each draw. */
  readonly tokens: readonly Float32Array[]
}

export const drawsOf = (losses: readonly DrawLosses[]): SusceptibilityDraws => ({
  loss: losses.map(({ reading }) => meanOf(reading[0]!)),
  tokens: losses.map(({ reading }) => reading[1] ?? reading[0]!),
})

/**
 * Susceptibility of a component C to each token: χ = −Cov[φ_C, ℓ − L], where φ_C = δ(u − u*)·(L(w) − L(w*)) holds all but
 * C at the trained weights. Baker et al. 2025, arXiv 2504.18274, appendix C: ⟨φ_C (ℓ − L)⟩ and ⟨φ_C⟩ are means over draws
 * in which C alone moved, ⟨ℓ − L⟩ over draws in which all weights did:
 *
 *     χ = −( ⟨φ_C (ℓ − L)⟩_C − ⟨φ_C⟩_C · ⟨ℓ − L⟩ )
 *
 * @param startLoss L(w*) on the posterior's data, nats a token.
 * @returns χ of each token, nats².
 */
export function susceptibility(
  restricted: SusceptibilityDraws,
  full: SusceptibilityDraws,
  startLoss: number,
): Float64Array {
  const count = full.tokens[0]!.length
  const phi = restricted.loss.map((loss) => loss - startLoss)
  const centre = phi.reduce((sum, each) => sum + each, 0) / phi.length
  const result = new Float64Array(count)
  restricted.tokens.forEach((losses, draw) => {
    for (let i = 0; i < count; i++) result[i]! -= (phi[draw]! * (losses[i]! - restricted.loss[draw]!)) / phi.length
  })
  full.tokens.forEach((losses, draw) => {
    for (let i = 0; i < count; i++) result[i]! += (centre * (losses[i]! - full.loss[draw]!)) / full.loss.length
  })
  return result
}
