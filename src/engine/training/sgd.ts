/** Stochastic gradient descent with momentum, as PyTorch's: v ← μv + (g + λw), w ← w − rate·v (Sutskever et al. 2013). */
export interface Sgd {
  readonly momentum: number
  /** λ, the slope of (λ/2)‖w‖² added to the loss, on the entries where `decays` is 1. */
  readonly weightDecay: number
}
export interface SgdState {
  /** Changed in place, as the velocity is. */
  readonly weights: Float32Array
  readonly gradient: Float32Array
  readonly velocity: Float32Array
}

/** One update in place. */
export function sgdStep(
  { weights, gradient, velocity }: SgdState,
  { rate, options, decays }: { readonly rate: number; readonly options: Sgd; readonly decays: Uint8Array },
): void {
  const { momentum, weightDecay } = options
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!
    const v = momentum * velocity[i]! + gradient[i]! + weightDecay * decays[i]! * w
    velocity[i] = v
    weights[i] = w - rate * v
  }
}
