import type { RandomStream } from '../sampling/random.ts'
import type { Decoder } from './decoder.ts'
import type { Weights } from './weights.ts'

/** Fills the weights as the architecture initialises them, from one step of `stream`. */
export function initialise(weights: Weights, { parameters }: Pick<Decoder, 'parameters'>, stream: RandomStream): void {
  stream.normals(0, weights.flat)
  for (const [name, { data }] of weights.tensors) {
    const { init } = parameters.get(name)!
    const values = data as Float32Array
    if ('fill' in init) values.fill(init.fill)
    else for (let i = 0; i < values.length; i++) values[i]! *= init.normal
  }
}
