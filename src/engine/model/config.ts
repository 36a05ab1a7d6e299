import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { architectures } from './architectures/index.ts'
import { ConfigFields, ModelError } from './config-fields.ts'
import type { Decoder } from './decoder.ts'
import { readWholeFile } from './read-whole-file.ts'
import { renamed } from './stored-names.ts'

/** Reads the language model that `config.json` of a model folder describes. Throws {@link ModelError}. */
export async function readDecoder(folder: string): Promise<Decoder> {
  const file = join(folder, 'config.json')
  const raw = await readConfig(folder)
  if (new ConfigFields(raw, file).is('model_type', 'mlp'))
    throw new ModelError(
      `${file}: this model is no language model: a multilayer perceptron reads no text; measure it on examples`,
    )
  const decoder = decoderOf(raw, file)
  if (decoder.noLanguageModel !== undefined)
    throw new ModelError(`${file}: this model is no language model: ${decoder.noLanguageModel}`)
  return decoder
}

const mostBytes = 1e8

/** `config.json` of a model folder as JSON. Throws {@link ModelError}. */
export async function readConfig(folder: string): Promise<unknown> {
  const file = join(folder, 'config.json')
  let text: string
  try {
    text = (await readWholeFile(file, mostBytes)).toString('utf8')
  } catch (error) {
    const files = await readdir(folder).catch((): string[] => [])
    if (files.includes('model.onnx'))
      throw new ModelError(
        `${folder}: this model is an ONNX graph without a config.json, no language model that can be read as one; measure it on examples`,
      )
    if (files.includes('config.json')) throw new ModelError(`${file}: cannot be read (${(error as Error).message})`)
    throw new ModelError(
      `${folder}: there is no config.json, so this is no model folder (it holds config.json, model.safetensors and tokenizer.json)`,
    )
  }
  return parseConfig(text, file)
}

/** The JSON of a configuration; `file` is for messages. Throws {@link ModelError} where it is none. */
export function parseConfig(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new ModelError(`${file}: is not JSON (${(error as Error).message})`)
  }
}

/** The decoder that a configuration describes; `file` is for messages. Throws {@link ModelError} naming the field. */
export function decoderOf(raw: unknown, file: string): Decoder {
  const fields = new ConfigFields(raw, file)
  const type = fields.choice('model_type', Object.keys(architectures) as (keyof typeof architectures)[])
  const decoder = architectures[type](fields)
  const translate = renamed(fields.texts('names'), decoder)
  return translate === undefined ? decoder : { ...decoder, translate }
}
