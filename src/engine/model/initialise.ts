import type { RandomStream } from '../sampling/random.ts'
import type { Gpt2Config } from './config.ts'
import type { Weights } from './weights.ts'

/**
 * GPT-2's initialisation: matrices N(0, 0.02²), projections into the residual stream divided by √(2·layers), gains 1,
 * biases 0 (Radford et al. 2019, section 2.3).
 */
export function initialise(weights: Weights, config: Gpt2Config, stream: RandomStream): void {
  stream.normals(0, weights.flat)
  for (const [name, { data, shape }] of weights.tensors) {
    const scale = name.endsWith('c_proj.weight') ? 0.02 / Math.sqrt(2 * config.n_layer) : 0.02
    const values = data as Float32Array
    if (shape.length === 1) values.fill(name.endsWith('.weight') ? 1 : 0)
    else for (let i = 0; i < values.length; i++) values[i]! *= scale
  }
}
