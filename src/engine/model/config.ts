import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { architectures } from './architectures/index.ts'
import { ConfigFields, ModelError } from './config-fields.ts'
import type { Decoder } from './decoder.ts'

/** Reads `config.json` of a model folder. Throws {@link ModelError}. */
export async function readDecoder(folder: string): Promise<Decoder> {
  const file = join(folder, 'config.json')
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch {
    throw new ModelError(
      `${folder}: there is no config.json, so this is no model folder (it holds config.json, model.safetensors and tokenizer.json)`,
    )
  }
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    throw new ModelError(`${file}: is not JSON (${(error as Error).message})`)
  }
  return decoderOf(raw, file)
}

/** The decoder that a configuration describes; `file` is for messages. Throws {@link ModelError} naming the field. */
export function decoderOf(raw: unknown, file: string): Decoder {
  const fields = new ConfigFields(raw, file)
  const type = fields.choice('model_type', Object.keys(architectures) as (keyof typeof architectures)[])
  return architectures[type](fields)
}
