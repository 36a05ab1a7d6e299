/** AdamW (Loshchilov and Hutter 2019, algorithm 2): decoupled weight decay, bias-corrected moments. */
export interface AdamW {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Decay per unit of learning rate, on the entries where `decays` is 1. */
  readonly weightDecay: number
}
export interface AdamState {
  /** Changed in place, as the two moments are. */
  readonly weights: Float32Array
  readonly gradient: Float32Array
  readonly first: Float32Array
  readonly second: Float32Array
}

export const adamDefaults: AdamW = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01 }

interface AdamStep {
  /** Counts from 1. */
  readonly step: number
  readonly rate: number
  readonly options: AdamW
  /** 1 where weight decay applies (matrices), 0 where not (biases, gains). */
  readonly decays: Uint8Array
}

/** One update in place. */
export function adamwStep(state: AdamState, { step, rate, options, decays }: AdamStep): void {
  const { beta1, beta2, epsilon, weightDecay } = options
  const [correct1, correct2] = [1 - beta1 ** step, 1 - beta2 ** step]
  const { weights, gradient, first, second } = state
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i]!
    const m = beta1 * first[i]! + (1 - beta1) * g
    const v = beta2 * second[i]! + (1 - beta2) * g * g
    first[i] = m
    second[i] = v
    const w = weights[i]!
    weights[i] = w - rate * (m / correct1 / (Math.sqrt(v / correct2) + epsilon) + weightDecay * decays[i]! * w)
  }
}

/** Linear warm-up from 0 to 1, then a half cosine down to `floor`. */
export function cosineSchedule(
  step: number,
  { steps, warmup, floor }: { readonly steps: number; readonly warmup: number; readonly floor: number },
): number {
  if (step <= warmup) return step / warmup
  return floor + ((1 - floor) * (1 + Math.cos((Math.PI * (step - warmup)) / Math.max(1, steps - warmup)))) / 2
}

/** Scales the gradient in place to a norm of at most `limit`; the norm before, summed in fp64. */
export function clipGradient(gradient: Float32Array, limit: number): number {
  let sum = 0
  for (let i = 0; i < gradient.length; i++) sum += gradient[i]! * gradient[i]!
  const norm = Math.sqrt(sum)
  if (norm > limit) for (let i = 0; i < gradient.length; i++) gradient[i]! *= limit / norm
  return norm
}
