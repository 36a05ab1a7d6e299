import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decoderOf } from '../../src/engine/model/config.ts'
import { shapesOf } from '../../src/engine/model/decoder.ts'
import { copyTokenizer } from '../../src/lab/datasets/copy-tokenizer.ts'
import { seededRandom } from '../../src/lab/random.ts'
import { root } from '../house/files-below.ts'

/** Tensors of a file, by the names that it has for them. */
export type HubTensors = Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>

export interface HubFolderOptions {
  readonly dtype?: 'F32' | 'F16'
  /** Files that the weights are spread over, with an index. */
  readonly shards?: number
  /** What GPT-2's files may have before their names. */
  readonly prefix?: 'transformer.' | ''
  readonly context?: number
  readonly layers?: number
  readonly width?: number
  readonly vocabulary?: number
  /** Of the numbers, which are uniform about zero. */
  readonly seed?: string
}

/** The `config.json` of `openai-community/gpt2`, with other sizes. */
export const gpt2Config = ({ context = 64, layers = 2, width = 8, vocabulary = 50257 }: HubFolderOptions) => ({
  activation_function: 'gelu_new',
  architectures: ['GPT2LMHeadModel'],
  attn_pdrop: 0.1,
  bos_token_id: 50256,
  embd_pdrop: 0.1,
  eos_token_id: 50256,
  initializer_range: 0.02,
  layer_norm_epsilon: 1e-5,
  model_type: 'gpt2',
  n_ctx: context,
  n_embd: width,
  n_head: 2,
  n_layer: layers,
  n_positions: context,
  resid_pdrop: 0.1,
  summary_activation: null,
  summary_first_dropout: 0.1,
  summary_proj_to_labels: true,
  summary_type: 'cls_index',
  summary_use_proj: true,
  task_specific_params: { 'text-generation': { do_sample: true, max_length: 50 } },
  vocab_size: vocabulary,
})

/** The `config.json` of `EleutherAI/pythia-160m`, with other sizes. */
export const pythiaConfig = ({ context = 64, layers = 2, width = 16, vocabulary = 50304 }: HubFolderOptions) => ({
  architectures: ['GPTNeoXForCausalLM'],
  bos_token_id: 0,
  eos_token_id: 0,
  hidden_act: 'gelu',
  hidden_size: width,
  initializer_range: 0.02,
  intermediate_size: 4 * width,
  layer_norm_eps: 1e-5,
  max_position_embeddings: context,
  model_type: 'gpt_neox',
  num_attention_heads: 2,
  num_hidden_layers: layers,
  rotary_emb_base: 10000,
  rotary_pct: 0.25,
  tie_word_embeddings: false,
  torch_dtype: 'float16',
  transformers_version: '4.24.0',
  use_cache: true,
  use_parallel_residual: true,
  vocab_size: vocabulary,
})

/** A folder of GPT-2's layout with random weights, the buffers that its files hold beside them, and its tokenizer. */
export async function gpt2HubFolder(folder: string, options: HubFolderOptions = {}): Promise<string> {
  const config = gpt2Config(options)
  const tensors = randomTensors(config, options, options.prefix ?? '')
  for (let layer = 0; layer < config.n_layer; layer++) {
    const triangle = Float32Array.from({ length: config.n_positions ** 2 }, (_, i) =>
      Number(i % config.n_positions <= Math.floor(i / config.n_positions)),
    )
    const at = `${options.prefix ?? ''}h.${layer}.attn`
    tensors.set(`${at}.bias`, { shape: [1, 1, config.n_positions, config.n_positions], data: triangle })
    tensors.set(`${at}.masked_bias`, { shape: [], data: Float32Array.of(-10000) })
  }
  return writeFolder(folder, { config, tensors, options })
}

/** The same in Pythia's layout; its files are fp16. The tokenizer is GPT-2's. */
export async function pythiaHubFolder(folder: string, options: HubFolderOptions = {}): Promise<string> {
  const config = pythiaConfig(options)
  return writeFolder(folder, { config, tensors: pythiaTensors(options), options: { dtype: 'F16', ...options } })
}

/** All that a revision of Pythia has in its file. */
export function pythiaTensors(options: HubFolderOptions): HubTensors {
  const config = pythiaConfig(options)
  const tensors = randomTensors(config, options, '')
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const at = `gpt_neox.layers.${layer}.attention`
    const side = config.max_position_embeddings
    tensors.set(`${at}.bias`, { shape: [1, 1, side, side], data: new Float32Array(side * side).fill(1) })
    tensors.set(`${at}.masked_bias`, { shape: [], data: Float32Array.of(-1000) })
    tensors.set(`${at}.rotary_emb.inv_freq`, { shape: [1], data: Float32Array.of(1) })
  }
  return tensors
}

/** Numbers that fp16 holds exactly, so that files of either type are the same model. */
function randomTensors(config: object, { seed = '0f' }: HubFolderOptions, prefix: string): HubTensors {
  const random = seededRandom(seed, 'weights')
  const shapes = shapesOf(decoderOf(config, 'config.json'))
  return new Map(
    [...shapes].map(([name, shape]) => {
      const length = shape.reduce((product, size) => product * size, 1)
      const isScale = /(ln_\d|ln_f|layernorm|layer_norm)\.weight$/.test(name)
      const draw = (): number => Math.round(512 * (random.uniform() - 0.5)) / 512
      return [prefix + name, { shape, data: Float32Array.from({ length }, () => (isScale ? 1 : 0) + draw()) }]
    }),
  )
}

interface Folder {
  readonly config: object
  readonly tensors: HubTensors
  readonly options: HubFolderOptions
}

async function writeFolder(folder: string, { config, tensors, options }: Folder): Promise<string> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'config.json'), JSON.stringify(config, null, 2))
  await writeFile(join(folder, 'generation_config.json'), '{"_from_model_config": true}')
  await copyTokenizer(join(root, '../shared/real/gpt2_tokenizer'), folder)
  const { shards = 1, dtype = 'F32' } = options
  if (shards === 1) await writeHubFile(join(folder, 'model.safetensors'), tensors, dtype)
  else await writeShards(folder, { tensors, shards, dtype })
  return folder
}

async function writeShards(
  folder: string,
  { tensors, shards, dtype }: { tensors: HubTensors; shards: number; dtype: 'F32' | 'F16' },
): Promise<void> {
  const all = [...tensors]
  const each = Math.ceil(all.length / shards)
  const digits = (n: number): string => String(n).padStart(5, '0')
  const map: Record<string, string> = {}
  for (let i = 0; i < shards; i++) {
    const file = `model-${digits(i + 1)}-of-${digits(shards)}.safetensors`
    const part = all.slice(i * each, (i + 1) * each)
    for (const [name] of part) map[name] = file
    await writeHubFile(join(folder, file), new Map(part), dtype)
  }
  const index = { metadata: { total_size: 1 }, weight_map: map }
  await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(index))
}

/** Writes safetensors as hubs do: with metadata, in either type. */
export async function writeHubFile(file: string, tensors: HubTensors, dtype: 'F32' | 'F16'): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  const parts: Uint8Array[] = []
  let offset = 0
  for (const [name, { shape, data }] of tensors) {
    const stored = dtype === 'F32' ? data : halvesOf(data)
    const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength)
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] }
    offset += bytes.length
    parts.push(bytes)
  }
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  await writeFile(file, Buffer.concat([length, json, ...parts]))
}

/** IEEE half precision of numbers that it holds exactly. */
function halvesOf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  return Uint16Array.from(bits, (word) => {
    const exponent = ((word >>> 23) & 255) - 112
    if ((word & 0x7fffffff) === 0) return (word >>> 16) & 0x8000
    if (exponent < 1 || exponent > 30 || (word & 0x1fff) !== 0) throw new RangeError('fp16 does not hold this number')
    return ((word >>> 16) & 0x8000) | (exponent << 10) | ((word >>> 13) & 0x3ff)
  })
}
