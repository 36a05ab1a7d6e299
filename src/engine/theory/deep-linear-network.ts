/** A learning coefficient as an exact fraction in lowest terms, with its multiplicity. */
export interface LearningCoefficient {
  readonly numerator: number
  readonly denominator: number
  /** numerator / denominator. */
  readonly lambda: number
  /** m in V(ε) ≈ c·ε^λ·(−ln ε)^(m−1). */
  readonly multiplicity: number
}

/**
 * Learning coefficient λ and multiplicity m of a deep linear network x ↦ W_L ⋯ W_1 x under squared loss, at the most
 * singular of the parameters that realise a true map of rank r. Aoyagi 2024, "Consideration on the learning efficiency of
 * multiple-layered neural networks with linear units", Neural Networks 172, theorem 1; with one hidden layer it is the
 * formula for reduced rank regression of Aoyagi and Watanabe 2005.
 *
 * With excesses M_s = H_s − r sorted upwards, Σ the one prefix of ℓ + 1 of them whose largest is below all the others,
 * with ℓ·max Σ ≤ S < ℓ·min Σᶜ, S = sum Σ, and a = S − (⌈S/ℓ⌉ − 1)ℓ:
 *
 *     λ = [r(H_0 + H_L) − r²]/2 + a(ℓ − a)/(4ℓ) − (ℓ − 1)S²/(4ℓ) + ½ Σ_{i<j∈Σ} M_i M_j,   m = a(ℓ − a) + 1
 *
 * @param widths H_0 … H_L, input and output included; at least three whole numbers of at least 1.
 * @param rank r, from 0 to the least width.
 * @throws RangeError for other widths or ranks.
 */
export function deepLinearNetwork(widths: readonly number[], rank: number): LearningCoefficient {
  if (widths.length < 3 || !widths.every((width) => Number.isSafeInteger(width) && width >= 1))
    throw new RangeError(`widths ${widths.join(', ')}: at least three whole numbers of at least 1 are needed`)
  if (!Number.isSafeInteger(rank) || rank < 0 || rank > Math.min(...widths))
    throw new RangeError(`rank ${rank}: it must be a whole number from 0 to the least width, ${Math.min(...widths)}`)
  const excess = widths.map((width) => width - rank).sort((a, b) => a - b)
  const chosen = bottleneck(excess)
  const l = chosen.length - 1
  const sum = total(chosen)
  const a = sum - (Math.ceil(sum / l) - 1) * l
  const squares = total(chosen.map((each) => each * each))
  const outer = widths[0]! + widths[widths.length - 1]!
  // 4ℓ times λ, in whole numbers; Σ_{i<j} M_i M_j = (S² − Σ M²)/2.
  const times = 2 * l * (rank * outer - rank * rank) + a * (l - a) - (l - 1) * sum * sum + l * (sum * sum - squares)
  const divisor = greatestCommonDivisor(times, 4 * l)
  const [numerator, denominator] = [times / divisor, (4 * l) / divisor]
  return { numerator, denominator, lambda: numerator / denominator, multiplicity: a * (l - a) + 1 }
}

/** Σ: the prefix of the sorted excesses that limits the network. */
function bottleneck(excess: readonly number[]): readonly number[] {
  for (let l = 1; l < excess.length; l++) {
    const chosen = excess.slice(0, l + 1)
    const [largest, next] = [chosen[l]!, excess[l + 1] ?? Infinity]
    const sum = total(chosen)
    if (largest < next && sum >= l * largest && sum < l * next) return chosen
  }
  throw new RangeError(`no prefix of the excesses ${excess.join(', ')} fits`)
}

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : greatestCommonDivisor(b, a % b)
}
