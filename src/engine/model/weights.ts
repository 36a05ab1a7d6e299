import { ModelError } from './config.ts'
import type { StoredTensor } from './safetensors.ts'
import { readSafetensors, SafetensorsError, writeSafetensors } from './safetensors.ts'
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

/**
 * Copies a safetensors file into `weights`. Names may have hubs' prefix `transformer.`; linear layers may be stored
 * [in, out] as GPT-2 has them or [out, in] as minGPT and PyTorch do, which the first layer's shape tells. Throws
 * {@link ModelError} on a missing tensor, a wrong shape, or a number that is not finite.
 */
export async function loadWeights(file: string, weights: Weights): Promise<void> {
  const stored = await readStored(file)
  const prefix = stored.has('wte.weight') ? '' : 'transformer.'
  const find = (name: string): StoredTensor | undefined => stored.get(name) ?? stored.get(prefix + name)
  const first = 'h.0.attn.c_attn.weight'
  const turned = (find(first)?.shape[0] ?? 0) > (weights.tensors.get(first)?.shape[0] ?? Infinity)
  for (const [name, { shape, data }] of weights.tensors) {
    const found = find(name)
    if (found === undefined) throw new ModelError(`${file}: there is no tensor "${name}"; the configuration asks for it`)
    const values = turned && isLinear(name) ? transposed(found) : found
    if (values.shape.join() !== shape.join())
      throw new ModelError(`${file}: tensor "${name}" is [${values.shape.join(', ')}], the configuration asks for [${shape.join(', ')}]`)
    const bad = (values.data as Float32Array).findIndex((value) => !Number.isFinite(value))
    if (bad >= 0) throw new ModelError(`${file}: tensor "${name}" holds ${String(values.data[bad])} at element ${bad}`)
    ;(data as Float32Array).set(values.data as Float32Array)
  }
}

async function readStored(file: string): Promise<Map<string, StoredTensor>> {
  try {
    return await readSafetensors(file)
  } catch (error) {
    if (error instanceof SafetensorsError) throw new ModelError(error.message)
    throw new ModelError(`${file}: cannot be read (${(error as Error).message})`)
  }
}

const isLinear = (name: string): boolean => /\.(c_attn|c_proj|c_fc)\.weight$/.test(name)

function transposed({ dtype, shape, data }: StoredTensor): StoredTensor {
  const [rows, columns] = shape as readonly [number, number]
  const values = new Float32Array(data.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[j * rows + i] = Number(data[i * columns + j])
  return { dtype, shape: [columns, rows], data: values }
}

export const saveWeights = (file: string, weights: Weights): Promise<void> =>
  writeSafetensors(file, new Map([...weights.tensors].map(([name, { shape, data }]): [string, StoredTensor] => [name, { dtype: 'F32', shape, data: data as Float32Array }])))
