import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { SgldArrays } from '../../../src/engine/sampling/sgld.ts'
import type { Walk, WalkOptions } from '../../../src/engine/sampling/walk.ts'

/** L at `w` with its gradient written to `g`; a loss that is known exactly. */
export type Toy = (w: Float32Array, g: Float32Array) => number

/** ½ Σ hᵢ wᵢ². */
export const quadratic =
  (h: readonly number[]): Toy =>
  (w, g) => {
    let loss = 0
    for (let i = 0; i < w.length; i++) {
      const each = h[i % h.length]!
      g[i] = each * w[i]!
      loss += (each * w[i]! * w[i]!) / 2
    }
    return loss
  }

/** Σ wᵢ^power, of an even power. */
export const power =
  (p: number): Toy =>
  (w, g) => {
    let loss = 0
    for (let i = 0; i < w.length; i++) {
      g[i] = p * w[i]! ** (p - 1)
      loss += w[i]! ** p
    }
    return loss
  }

/** ‖u‖²‖v‖²: a linear network a → 1 → c whose truth is zero; of (1, 1), w₁²w₂². */
export const rankOne =
  (a: number): Toy =>
  (w, g) => {
    let [u, v] = [0, 0]
    for (let i = 0; i < w.length; i++) {
      if (i < a) u += w[i]! * w[i]!
      else v += w[i]! * w[i]!
    }
    for (let i = 0; i < w.length; i++) g[i] = 2 * w[i]! * (i < a ? v : u)
    return u * v
  }

/** The arrays of a walk over a toy from w₀ = 0 and what evaluates it. */
export function toyWalk(
  toy: Toy,
  size: number,
): Pick<WalkOptions, 'evaluate' | 'divergesAbove'> & { readonly arrays: SgldArrays } {
  const arrays = new SgldArrays(size)
  return { arrays, evaluate: () => Promise.resolve(toy(arrays.weights, arrays.gradient)), divergesAbove: 1e12 }
}

export interface Found {
  readonly mean: number
  readonly error: number
}

/** Means over independent chains of what `read` sees after each step past the burn-in, with the error from the spread between chains; NaN if one diverges. `first`: the first chain's number. */
export async function overChains(
  { chains, steps, burnin = steps / 6, first = 0 }: { chains: number; steps: number; burnin?: number; first?: number },
  start: (stream: RandomStream) => Walk,
  read: (loss: number, walk: Walk) => number = (loss) => loss,
): Promise<Found> {
  const means: number[] = []
  for (let c = 0; c < chains; c++) {
    const walk = start(new RandomStream('00000000000000ee', 'noise', first + c))
    let [sum, count] = [0, 0]
    for (let step = 0; step < steps; step++) {
      const { loss, diverged } = await walk.advance(step)
      if (diverged) return { mean: NaN, error: NaN }
      if (step >= burnin) {
        sum += read(loss, walk)
        count++
      }
    }
    means.push(sum / count)
  }
  const mean = means.reduce((a, b) => a + b, 0) / chains
  const squares = means.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return { mean, error: Math.sqrt(squares / (chains - 1) / chains) }
}

/** ‖W₂W₁‖² of a linear network a → b → c whose truth is zero, W₁ [b, a] and then W₂ [c, b], row by row. */
export const twoLayers =
  (a: number, b: number, c: number): Toy =>
  (w, g) => {
    const second = a * b
    let loss = 0
    g.fill(0)
    for (let i = 0; i < c; i++)
      for (let j = 0; j < a; j++) {
        let value = 0
        for (let k = 0; k < b; k++) value += w[second + i * b + k]! * w[k * a + j]!
        loss += value * value
        for (let k = 0; k < b; k++) {
          g[second + i * b + k]! += 2 * value * w[k * a + j]!
          g[k * a + j]! += 2 * value * w[second + i * b + k]!
        }
      }
    return loss
  }

/** Many independent copies of a toy side by side; the loss is their sum. */
export function copies(toy: Toy, size: number, many: number): ReturnType<typeof toyWalk> {
  const arrays = new SgldArrays(size * many)
  const views = Array.from({ length: many }, (_, i): [Float32Array, Float32Array] => [
    arrays.weights.subarray(i * size, (i + 1) * size),
    arrays.gradient.subarray(i * size, (i + 1) * size),
  ])
  const evaluate = (): Promise<number> => {
    let loss = 0
    for (const [w, g] of views) loss += toy(w, g)
    return Promise.resolve(loss)
  }
  return { arrays, evaluate, divergesAbove: 1e12 }
}
