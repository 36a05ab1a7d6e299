import { ModelError } from './config-fields.ts'
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

/** Weights of the given shapes, all zero, or views of `flat` when given. Throws {@link ModelError} for too many. */
export function makeWeights(shapes: ReadonlyMap<string, readonly number[]>, flat?: Float32Array): Weights {
  const size = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1)
  const all = flat ?? zeros([...shapes.values()].reduce((n, shape) => n + size(shape), 0))
  const tensors = new Map<string, Tensor>()
  let offset = 0
  for (const [name, shape] of shapes) {
    tensors.set(name, { type: 'float32', shape, data: all.subarray(offset, offset + size(shape)) })
    offset += size(shape)
  }
  return { flat: all, tensors }
}

function zeros(count: number): Float32Array {
  try {
    return new Float32Array(count)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new ModelError(`the network has ${count} parameters, more than this machine can hold`)
  }
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
