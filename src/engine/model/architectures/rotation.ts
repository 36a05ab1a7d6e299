import { ConfigFields, ModelError } from '../config-fields.ts'
import type { Rotation } from './layers.ts'

interface Head {
  readonly width: number
  /** Field that says which share of a head is rotated, where an architecture rotates a part. */
  readonly share?: { readonly name: string; readonly otherwise: number }
  /** Fields that may hold θ; the last that is there counts. */
  readonly theta: readonly string[]
}

/**
 * Rotary positions as a configuration asks for them: `rope_theta` (or `rotary_emb_base`) with `rope_scaling` beside it, or
 * all of it in `rope_parameters`, as files of Transformers 5 have it. Kinds: default, linear (positions divided by
 * `factor`) and llama3 (Llama 3.1). Throws ModelError for any other, which would be another model.
 */
export function rotation(fields: ConfigFields, { width, share, theta }: Head): Rotation {
  const all = part(fields, 'rope_parameters')
  const scaling = all?.has('rope_type') === true || all?.has('type') === true ? all : part(fields, 'rope_scaling')
  if (share === undefined) for (const each of [fields, all]) each?.absent('partial_rotary_factor', 1)
  const dimensions = Math.floor(width * shareOf(fields, all, share))
  if (dimensions % 2 !== 0 || dimensions < 2 || dimensions > Math.min(width, 1e5))
    fields.refuse(share?.name ?? 'head_dim', `of each head's ${width} dimensions an even number must be rotated`)
  const base = theta.reduce((otherwise, name) => fields.positive(name, otherwise), 10_000)
  const found = all?.positive('rope_theta', base) ?? base
  const plain = Array.from({ length: dimensions / 2 }, (_, i) => found ** ((-2 * i) / dimensions))
  return { dimensions, frequencies: scaling === undefined ? plain : scaled(plain, scaling) }
}

function shareOf(fields: ConfigFields, all: ConfigFields | undefined, share: Head['share']): number {
  if (share === undefined) return 1
  if (all?.has('partial_rotary_factor') === true) return all.positive('partial_rotary_factor')
  return fields.positive(share.name, share.otherwise)
}

/** A table inside the configuration. */
function part(fields: ConfigFields, name: string): ConfigFields | undefined {
  const value = fields.table(name)
  if (Object.values(value ?? {}).some((one) => typeof one === 'object' && one !== null && !Array.isArray(one)))
    fields.refuse(name, 'angles that differ from layer to layer are not supported')
  return value === undefined ? undefined : new ConfigFields(value, `${fields.file}: ${name}`)
}

function scaled(frequencies: readonly number[], fields: ConfigFields): number[] {
  const name = fields.has('rope_type') ? 'rope_type' : 'type'
  const kind = fields.choice(name, ['default', 'linear', 'llama3'], 'default')
  if (kind === 'default') return [...frequencies]
  const factor = fields.positive('factor')
  return kind === 'linear' ? frequencies.map((one) => one / factor) : llama3(frequencies, fields, factor)
}

/**
 * Llama 3.1: waves longer than the old context over `low_freq_factor` turn `factor` times slower, those shorter than it over
 * `high_freq_factor` stay, and in between the one passes into the other.
 * https://github.com/huggingface/transformers/blob/main/src/transformers/modeling_rope_utils.py
 */
function llama3(frequencies: readonly number[], fields: ConfigFields, factor: number): number[] {
  const [low, high] = [fields.positive('low_freq_factor'), fields.positive('high_freq_factor')]
  const old = fields.positive('original_max_position_embeddings')
  if (low >= high) throw new ModelError(`${fields.file}: low_freq_factor is ${low}; it must be below high_freq_factor`)
  return frequencies.map((one) => {
    const turns = (old * one) / (2 * Math.PI)
    const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)))
    return (1 - kept) * (one / factor) + kept * one
  })
}
