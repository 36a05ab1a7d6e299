import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A GPT-2 style decoder, in the field names of its `config.json` as model hubs give it. */
export interface Gpt2Config {
  readonly model_type: 'gpt2'
  readonly vocab_size: number
  /** Longest sequence, in tokens. */
  readonly n_positions: number
  readonly n_embd: number
  readonly n_layer: number
  readonly n_head: number
  readonly n_inner: number
  readonly layer_norm_epsilon: number
  readonly tie_word_embeddings: boolean
}

/** A model folder that cannot be used: says which file, which field and why. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
}

/** Reads and checks `config.json` of a model folder. Throws {@link ModelError}. */
export async function readConfig(folder: string): Promise<Gpt2Config> {
  const file = join(folder, 'config.json')
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch {
    throw new ModelError(`${folder}: there is no config.json, so this is no model folder (it holds config.json, model.safetensors and tokenizer.json)`)
  }
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    throw new ModelError(`${file}: is not JSON (${(error as Error).message})`)
  }
  return checkConfig(raw, file)
}

/** `raw` as a configuration, with the defaults GPT-2 has. Throws {@link ModelError} naming the field. */
export function checkConfig(raw: unknown, file: string): Gpt2Config {
  if (typeof raw !== 'object' || raw === null) throw new ModelError(`${file}: is not a JSON object`)
  const fields = raw as Readonly<Record<string, unknown>>
  if (fields['model_type'] !== 'gpt2') throw new ModelError(`${file}: model_type is ${JSON.stringify(fields['model_type'])}; supported is "gpt2"`)
  const activation = fields['activation_function'] ?? 'gelu_new'
  if (activation !== 'gelu_new' && activation !== 'gelu_pytorch_tanh') throw new ModelError(`${file}: activation_function is ${JSON.stringify(activation)}; supported is "gelu_new"`)
  const size = (name: string, otherwise?: number): number => {
    const value = fields[name] ?? otherwise
    if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > 1e7)
      throw new ModelError(`${file}: ${name} is ${JSON.stringify(value)}; a whole number of at least 1 is needed`)
    return value as number
  }
  const width = size('n_embd')
  const heads = size('n_head')
  if (width % heads !== 0) throw new ModelError(`${file}: n_embd ${width} is not a multiple of n_head ${heads}`)
  const epsilon = fields['layer_norm_epsilon'] ?? 1e-5
  if (typeof epsilon !== 'number' || !(epsilon > 0)) throw new ModelError(`${file}: layer_norm_epsilon must be a number above 0`)
  return {
    model_type: 'gpt2',
    vocab_size: size('vocab_size'),
    n_positions: size('n_positions', 1024),
    n_embd: width,
    n_layer: size('n_layer'),
    n_head: heads,
    n_inner: size('n_inner', 4 * width),
    layer_norm_epsilon: epsilon,
    tie_word_embeddings: fields['tie_word_embeddings'] !== false,
  }
}
