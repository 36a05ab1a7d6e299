import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { StoredTensor } from '../../../engine/model/safetensors.ts'
import { StageError } from '../../../stage/stage-context.ts'

/** A sparse autoencoder f = φ((x − c)·W_enc + b_enc), x̂ = f·W_dec + b_dec, in fp32, row-major; c is b_dec or zero. */
export interface Sae {
  /** Whether b_dec is taken off x before encoding, c = b_dec. */
  readonly centred: boolean
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
 * `threshold` [features] (JumpReLU, Rajamanoharan et al. 2024) or `k` (TopK, Gao et al. 2024); or a folder as SAELens
 * writes it, sae_weights.safetensors with cfg.json. `centred` goes before what the configuration says; without either,
 * b_dec is taken off first, as in Bricken et al. 2023. Throws StageError.
 */
export async function readSae(place: string, centred?: boolean): Promise<Sae> {
  const { readSafetensors } = await import('../../../engine/model/safetensors.ts')
  const isFolder = (await stat(place).catch(() => undefined))?.isDirectory() === true
  const file = isFolder ? join(place, 'sae_weights.safetensors') : place
  if (isFolder && !(await stat(file).catch(() => undefined))?.isFile())
    throw new StageError(
      `the folder ${basename(place)} has no sae_weights.safetensors`,
      'Give a safetensors file, or a folder as SAELens writes it.',
    )
  const said = isFolder ? await configured(join(place, 'cfg.json')) : {}
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
  const k = stored.get('k')?.data[0] ?? said.k
  return {
    centred: centred ?? said.centred ?? true,
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

interface Configured {
  readonly centred?: boolean
  readonly k?: number
}

/** What of SAELens' configuration changes the numbers. Throws StageError for what is not known here. */
async function configured(file: string): Promise<Configured> {
  const text = await readFile(file, 'utf8').catch(() => '{}')
  const config = parsed(text)
  if (config === undefined) throw new StageError(`${basename(file)} is not a JSON object`)
  const scaled = config['normalize_activations']
  if (scaled !== undefined && scaled !== null && scaled !== 'none')
    throw new StageError(
      `the autoencoder reads activations scaled by ${JSON.stringify(scaled)} (normalize_activations), which is not known here`,
      'Fold the scale into its weights first: fold_activation_norm_scaling_factor of SAELens.',
    )
  const { k } = { ...(config['activation_fn_kwargs'] as object | null), ...config } as { readonly k?: unknown }
  const isCentred = config['apply_b_dec_to_input']
  return {
    ...(typeof isCentred === 'boolean' ? { centred: isCentred } : {}),
    ...(typeof k === 'number' ? { k } : {}),
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
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

export async function writeSae(file: string, sae: Omit<Sae, 'centred'>): Promise<void> {
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
