import type { Dynamics } from './sgld.ts'
import { Region } from './region.ts'

/** Weights, gradient of the loss and w₀, side by side. */
export interface WalkArrays {
  /** Changed in place by the walk. */
  readonly weights: Float32Array
  /** ∇L at the weights, filled by whoever evaluates the loss. */
  readonly gradient: Float32Array
  /** w₀. */
  readonly start: Float32Array
}

export interface PosteriorOptions {
  readonly arrays: WalkArrays
  readonly dynamics: Dynamics
  /** Elements that move; left out: all. */
  readonly region?: Region | undefined
  /** λ of a further Gaussian prior exp(−λ/2·‖w‖²) about the origin; 0 where left out. */
  readonly weightDecay?: number | undefined
  /** Half the side of a box about w₀ that no weight leaves; none where left out. */
  readonly boundingBox?: number | undefined
}

/** Norms of the three moves of one step, in weight units: which force leads. */
export interface StepNorms {
  readonly drift: number
  readonly pull: number
  readonly noise: number
}

/**
 * The tempered local posterior exp(−nβ·L(w) − (γ/2)‖w − w₀‖² − (λ/2)‖w‖²) over the elements of a region, inside a box
 * about w₀. Every sampler walks on one of these; sums are taken in fp64.
 */
export class Posterior {
  readonly arrays: WalkArrays
  readonly region: Region
  readonly dynamics: Dynamics
  readonly weightDecay: number
  readonly boundingBox: number

  constructor({ arrays, dynamics, region, weightDecay = 0, boundingBox = Infinity }: PosteriorOptions) {
    this.arrays = arrays
    this.dynamics = dynamics
    this.region = region ?? Region.whole(arrays.weights.length)
    this.weightDecay = weightDecay
    this.boundingBox = boundingBox
  }

  /** Component i of ∇U = nβ·∇L + γ(w − w₀) + λw, at the given weights with their gradient. */
  slope(i: number, { weights, gradient }: Pick<WalkArrays, 'weights' | 'gradient'> = this.arrays): number {
    const { nbeta, gamma } = this.dynamics
    const w = weights[i]!
    return nbeta * gradient[i]! + gamma * (w - this.arrays.start[i]!) + this.weightDecay * w
  }

  /** U = nβ·L + (γ/2)‖w − w₀‖² + (λ/2)‖w‖² at the present weights, whose loss is given. */
  potential(loss: number): number {
    const { weights, start } = this.arrays
    let [away, size] = [0, 0]
    this.region.each((i) => {
      away += (weights[i]! - start[i]!) ** 2
      size += weights[i]! ** 2
    })
    const { nbeta, gamma } = this.dynamics
    return nbeta * loss + (gamma / 2) * away + (this.weightDecay / 2) * size
  }

  /** ‖w − w₀‖. */
  distance(): number {
    const { weights, start } = this.arrays
    let sum = 0
    this.region.each((i) => (sum += (weights[i]! - start[i]!) ** 2))
    return Math.sqrt(sum)
  }

  /** Whether all weights lie in the box. */
  isInside(): boolean {
    if (this.boundingBox === Infinity) return true
    const { weights, start } = this.arrays
    let inside = true
    this.region.each((i) => {
      if (Math.abs(weights[i]! - start[i]!) > this.boundingBox) inside = false
    })
    return inside
  }

  /** Puts weights that left the box back on its wall. */
  clamp(): void {
    if (this.boundingBox === Infinity) return
    const { weights, start } = this.arrays
    this.region.each((i) => {
      const [low, high] = [start[i]! - this.boundingBox, start[i]! + this.boundingBox]
      weights[i] = Math.min(high, Math.max(low, weights[i]!))
    })
  }

  /** Norms of the moves of a Langevin step at the present weights: drift, localization, and the noise as expected, σ√(ε·d). */
  norms(): StepNorms {
    const { gradient } = this.arrays
    const { epsilon, nbeta, gamma, noise = 1 } = this.dynamics
    let sum = 0
    this.region.each((i) => (sum += gradient[i]! * gradient[i]!))
    return {
      drift: (epsilon / 2) * nbeta * Math.sqrt(sum),
      pull: (epsilon / 2) * gamma * this.distance(),
      noise: noise * Math.sqrt(epsilon * this.region.count),
    }
  }
}
