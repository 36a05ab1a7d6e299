import type { StoredTensor } from './safetensors.ts'
import { writeSafetensors } from './safetensors.ts'
import type { Tensor } from '../runtime/session.ts'

/**
 * All parameters of a model side by side in one array, so that a sampler's step is one pass over memory.
 * `tensors` are views of `flat`, by name, in the order of the shapes given.
 */
export interface Weights {
  readonly flat: Float32Array
  readonly tensors: ReadonlyMap<string, Tensor>
}

/** Weights of the given shapes, all zero, or views of `flat` when given. */
export function makeWeights(shapes: ReadonlyMap<string, readonly number[]>, flat?: Float32Array): Weights {
  const size = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1)
  const all = flat ?? new Float32Array([...shapes.values()].reduce((n, shape) => n + size(shape), 0))
  const tensors = new Map<string, Tensor>()
  let offset = 0
  for (const [name, shape] of shapes) {
    tensors.set(name, { type: 'float32', shape, data: all.subarray(offset, offset + size(shape)) })
    offset += size(shape)
  }
  return { flat: all, tensors }
}

export const saveWeights = (file: string, weights: Weights): Promise<void> =>
  writeSafetensors(
    file,
    new Map(
      [...weights.tensors].map(([name, { shape, data }]): [string, StoredTensor] => [
        name,
        { dtype: 'F32', shape, data: data },
      ]),
    ),
  )
