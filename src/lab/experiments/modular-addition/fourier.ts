import type { ClassLogits } from '../class-logits.ts'

/**
 * The logits of all p² pairs as functions of a + b: their mean over the pairs of one sum, taken apart into cosines and
 * sines of 2πk(a + b)/p. The projection of the logits onto cos(2πk(a + b)/p) over all pairs is the same as that of the
 * means, and these are orthogonal to everything that is no function of a + b.
 */
export interface SumSpectrum {
  readonly modulus: number
  readonly classes: number
  /** Mean over all pairs, [classes]. */
  readonly mean: Float64Array
  /** Coefficients of cosine and sine of frequency k = 1 … ⌊p/2⌋, [k − 1][classes]. */
  readonly cosines: readonly Float64Array[]
  readonly sines: readonly Float64Array[]
  /** Sum over classes of the variance over pairs that frequency k holds, [k − 1]. */
  readonly power: Float64Array
  /** Sum over classes of the whole variance over pairs. */
  readonly variance: number
}

/** The spectrum of the logits of all pairs, pair (a, b) in row a·p + b. Sums in fp64. */
export function sumSpectrum({ data, classes }: ClassLogits, modulus: number): SumSpectrum {
  const p = modulus
  const sums = Array.from({ length: p }, () => new Float64Array(classes))
  const mean = new Float64Array(classes)
  for (let pair = 0; pair < p * p; pair++) {
    const into = sums[(Math.floor(pair / p) + (pair % p)) % p]!
    for (let c = 0; c < classes; c++) into[c]! += data[pair * classes + c]! / p
  }
  for (const row of sums) for (let c = 0; c < classes; c++) mean[c]! += row[c]! / p
  const cosines: Float64Array[] = []
  const sines: Float64Array[] = []
  const power = new Float64Array(Math.floor(p / 2))
  for (let k = 1; k <= power.length; k++) {
    const [cosine, sine] = [project(sums, k, Math.cos), project(sums, k, Math.sin)]
    // cos² has the mean 1/2 over the sums, and 1 at k = p/2, where the sine is zero.
    const square = 2 * k === p ? 1 : 0.5
    cosines.push(cosine)
    sines.push(sine)
    for (let c = 0; c < classes; c++) power[k - 1]! += square * (cosine[c]! ** 2 + sine[c]! ** 2)
  }
  return { modulus, classes, mean, cosines, sines, power, variance: varianceOf(data, mean) }
}

function project(sums: readonly Float64Array[], k: number, wave: (angle: number) => number): Float64Array {
  const p = sums.length
  const share = (2 * k === p ? 1 : 2) / p
  const result = new Float64Array(sums[0]!.length)
  sums.forEach((row, s) => {
    const at = share * waveAt(wave, k * s, p)
    for (let c = 0; c < row.length; c++) result[c]! += at * row[c]!
  })
  return result
}

/** The angle taken modulo 2π in whole numbers, and sin π as the zero that it is. */
const waveAt = (wave: (angle: number) => number, turns: number, p: number): number =>
  wave === Math.sin && (2 * turns) % p === 0 ? 0 : wave((2 * Math.PI * (turns % p)) / p)

function varianceOf(data: Float32Array, mean: Float64Array): number {
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += (data[i]! - mean[i % mean.length]!) ** 2
  return (sum * mean.length) / data.length
}

/** The part of the logits in the given frequencies, [p sums][classes]: row s for every pair of sum s, without the mean. */
export function componentOf(
  { modulus: p, classes, cosines, sines }: SumSpectrum,
  frequencies: readonly number[],
): Float64Array[] {
  return Array.from({ length: p }, (_, s) => {
    const row = new Float64Array(classes)
    for (const k of frequencies) {
      const [cosine, sine] = [waveAt(Math.cos, k * s, p), waveAt(Math.sin, k * s, p)]
      for (let c = 0; c < classes; c++) row[c]! += cosine * cosines[k - 1]![c]! + sine * sines[k - 1]![c]!
    }
    return row
  })
}

/** The fewest frequencies, strongest first, that together hold the share `least` of what all frequencies hold. */
export function keyFrequencies({ power }: Pick<SumSpectrum, 'power'>, least: number): number[] {
  const total = power.reduce((a, b) => a + b, 0)
  const order = Array.from(power, (_, i) => i + 1).sort((a, b) => power[b - 1]! - power[a - 1]! || a - b)
  const keys: number[] = []
  let held = 0
  for (const k of order) {
    if (held >= least * total) break
    keys.push(k)
    held += power[k - 1]!
  }
  return keys
}
