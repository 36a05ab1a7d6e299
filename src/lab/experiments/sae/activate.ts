import type { Sae } from './sae-file.ts'

/** Which features are active: 1 or 0 for each pre-activation, row-major [rows, features]. Ties go to the lower number. */
export function activeFeatures(
  pre: Float32Array,
  { features, k, threshold }: Pick<Sae, 'features' | 'k' | 'threshold'>,
): Float32Array {
  const active = new Float32Array(pre.length)
  for (let i = 0; i < pre.length; i++) active[i] = Number(pre[i]! > (threshold?.[i % features] ?? 0))
  if (k === undefined || k >= features) return active
  for (let row = 0; row < pre.length; row += features) {
    const values = pre.subarray(row, row + features)
    const least = values.toSorted()[features - k]!
    let ties = k - values.reduce((above, value) => above + Number(value > least), 0)
    values.forEach((value, i) => {
      if (value < least || (value === least && ties-- <= 0)) active[row + i] = 0
    })
  }
  return active
}
