import { SgldArrays } from '../../../src/engine/sampling/sgld.ts'
import type { WalkOptions } from '../../../src/engine/sampling/walk.ts'

/**
 * L = ½‖W_L ⋯ W_1 − T‖², the population loss of a linear network on inputs of unit covariance, T of the given rank; at
 * the most singular parameters that realise T: each layer the same `rank` unit vectors, and nothing else.
 */
export function linearNetwork(
  widths: readonly number[],
  rank: number,
): Pick<WalkOptions, 'evaluate' | 'divergesAbove'> & { readonly arrays: SgldArrays } {
  const layers = widths.length - 1
  const sizes = Array.from({ length: layers }, (_, l) => widths[l]! * widths[l + 1]!)
  const offsets = sizes.map((_, l) => sizes.slice(0, l).reduce((a, b) => a + b, 0))
  const arrays = new SgldArrays(sizes.reduce((a, b) => a + b, 0))
  for (let l = 0; l < layers; l++) for (let i = 0; i < rank; i++) arrays.weights[offsets[l]! + i * widths[l]! + i] = 1
  arrays.start.set(arrays.weights)
  // before[l] = W_l ⋯ W_1, [H_{l+1}, H_0]; after = W_Lᵀ ⋯ of the residual, from the top down.
  const before = sizes.map((_, l) => new Float64Array(widths[l + 1]! * widths[0]!))
  const after = widths.map((width) => new Float64Array(width * widths[0]!))
  const evaluate = (): Promise<number> => {
    const { weights, gradient } = arrays
    const inputs = widths[0]!
    for (let l = 0; l < layers; l++) {
      const [rows, inner] = [widths[l + 1]!, widths[l]!]
      const w = weights.subarray(offsets[l], offsets[l]! + sizes[l]!)
      if (l === 0) before[0]!.set(w)
      else multiply(before[l]!, { a: w, b: before[l - 1]!, rows, inner, columns: inputs })
    }
    const top = after[layers]!
    top.set(before[layers - 1]!)
    for (let i = 0; i < rank; i++) top[i * inputs + i]! -= 1
    const loss = top.reduce((sum, each) => sum + each * each, 0) / 2
    for (let l = layers - 1; l >= 0; l--) {
      const [rows, inner] = [widths[l + 1]!, widths[l]!]
      const w = weights.subarray(offsets[l], offsets[l]! + sizes[l]!)
      const g = gradient.subarray(offsets[l], offsets[l]! + sizes[l]!)
      if (l === 0) g.set(after[1]!)
      else multiplyByTransposed(g, { a: after[l + 1]!, b: before[l - 1]!, rows, inner: inputs, columns: inner })
      if (l > 0) transposedMultiply(after[l]!, { a: w, b: after[l + 1]!, rows: inner, inner: rows, columns: inputs })
    }
    return Promise.resolve(loss)
  }
  return { arrays, evaluate, divergesAbove: 1e9 }
}

type Numbers = Float32Array | Float64Array
interface Product {
  readonly a: Numbers
  readonly b: Numbers
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

/** out [rows, columns] = a [rows, inner] · b [inner, columns]. */
function multiply(out: Numbers, { a, b, rows, inner, columns }: Product): void {
  out.fill(0)
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k]!
      for (let j = 0; j < columns; j++) out[i * columns + j]! += factor * b[k * columns + j]!
    }
}

/** out [rows, columns] = aᵀ · b, a [inner, rows], b [inner, columns]. */
function transposedMultiply(out: Numbers, { a, b, rows, inner, columns }: Product): void {
  out.fill(0)
  for (let k = 0; k < inner; k++)
    for (let i = 0; i < rows; i++) {
      const factor = a[k * rows + i]!
      for (let j = 0; j < columns; j++) out[i * columns + j]! += factor * b[k * columns + j]!
    }
}

/** out [rows, columns] = a · bᵀ, a [rows, inner], b [columns, inner]. */
function multiplyByTransposed(out: Numbers, { a, b, rows, inner, columns }: Product): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      let sum = 0
      for (let k = 0; k < inner; k++) sum += a[i * inner + k]! * b[j * inner + k]!
      out[i * columns + j] = sum
    }
}
