import { basename } from 'node:path'
import type { StoredTensor } from '../../../engine/model/safetensors.ts'
import { StageError } from '../../../stage/stage-context.ts'

/** A sparse autoencoder f = φ((x − b_dec)·W_enc + b_enc), x̂ = f·W_dec + b_dec, in fp32, row-major. */
export interface Sae {
  readonly width: number
  readonly features: number
  /** [width, features]. */
  readonly encoder: Float32Array
  readonly encoderBias: Float32Array
  /** [features, width]. */
  readonly decoder: Float32Array
  readonly decoderBias: Float32Array
  /** Keeps the k largest positive pre-activations; left out: all positive ones. */
  readonly k?: number
  /** A pre-activation counts only above its threshold (JumpReLU). */
  readonly threshold?: Float32Array
}

/**
 * Reads a safetensors file with W_enc [width, features], b_enc, W_dec [features, width], b_dec, and optionally
 * `threshold` [features] (JumpReLU, Rajamanoharan et al. 2024) or `k` (TopK, Gao et al. 2024). Throws StageError.
 */
export async function readSae(file: string): Promise<Sae> {
  const { readSafetensors } = await import('../../../engine/model/safetensors.ts')
  const name = basename(file)
  const stored = await readSafetensors(file)
  const [width, features] = tensor(stored, 'W_enc', name).shape
  if (width === undefined || features === undefined)
    throw new StageError(`${name}: W_enc is no matrix`, 'It is of shape [width, features].')
  const take = (wanted: string, shape: readonly number[]): Float32Array => {
    const { dtype, shape: found, data } = tensor(stored, wanted, name)
    if (dtype !== 'F32' || found.join() !== shape.join())
      throw new StageError(
        `${name}: ${wanted} is ${dtype} [${found.join(', ')}]; F32 [${shape.join(', ')}] is needed`,
        'W_enc is [width, features], W_dec [features, width].',
      )
    return data as Float32Array
  }
  const k = stored.get('k')?.data[0]
  return {
    width,
    features,
    encoder: take('W_enc', [width, features]),
    encoderBias: take('b_enc', [features]),
    decoder: take('W_dec', [features, width]),
    decoderBias: take('b_dec', [width]),
    ...(k === undefined ? {} : { k: Number(k) }),
    ...(stored.has('threshold') ? { threshold: take('threshold', [features]) } : {}),
  }
}

function tensor(stored: ReadonlyMap<string, StoredTensor>, wanted: string, file: string): StoredTensor {
  const found = stored.get(wanted)
  if (found !== undefined) return found
  throw new StageError(
    `${file} has no tensor ${wanted}; it has ${[...stored.keys()].join(', ') || 'none'}`,
    'A sparse autoencoder has W_enc, b_enc, W_dec and b_dec.',
  )
}

export async function writeSae(file: string, sae: Sae): Promise<void> {
  const { writeSafetensors } = await import('../../../engine/model/safetensors.ts')
  const { width, features } = sae
  const floats = (shape: readonly number[], data: Float32Array): StoredTensor => ({ dtype: 'F32', shape, data })
  const tensors: [string, StoredTensor][] = [
    ['W_enc', floats([width, features], sae.encoder)],
    ['b_enc', floats([features], sae.encoderBias)],
    ['W_dec', floats([features, width], sae.decoder)],
    ['b_dec', floats([width], sae.decoderBias)],
  ]
  if (sae.threshold !== undefined) tensors.push(['threshold', floats([features], sae.threshold)])
  if (sae.k !== undefined) tensors.push(['k', { dtype: 'I32', shape: [1], data: Int32Array.of(sae.k) }])
  await writeSafetensors(file, new Map(tensors))
}
