import { copyFile, mkdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { StageInput } from '../../stage/artifact.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { copyTokenizer } from '../datasets/copy-tokenizer.ts'
import { copyExternalFiles, copyModelFiles } from './model-files.ts'

/** A network of the user's, checked whole before anything is built on it. */
export const model = defineStage({
  name: 'model',
  version: 1,
  role: 'source',
  summary: 'Load a network: a model folder as hubs give it, an ONNX file, or weights with a configuration',
  seeded: false,
  params: Type.Object({}),
  inputs: {
    path: {
      accepts: ['path'],
      description:
        'A folder with config.json and model.safetensors (or model.onnx), and tokenizer.json (or vocab.json and merges.txt) for a language model; an .onnx file; or a .safetensors file, with `config`',
    },
    config: {
      accepts: ['path'],
      optional: true,
      description: 'A config.json that says what the weights are; instead of the one in the folder',
    },
    tokenizer: {
      accepts: ['tokenizer', 'model', 'path'],
      optional: true,
      description: 'Folder with the tokenizer to keep beside the weights; instead of the one in the folder',
    },
  },
  outputs: {
    model: { type: 'model', description: 'The checked model' },
    parameters: { type: 'number', description: 'Number of parameters' },
  },
  run: async ({ inputs, ctx }) => {
    const path = inputs['path']?.path ?? ''
    const out = join(ctx.out, 'model')
    await mkdir(out, { recursive: true })
    const isFolder = await layOut(path, inputs, out)
    const { readNetworkInto } = await import('./read-model.ts') // the engine is loaded only where it works
    const parameters = await readNetworkInto(out, isFolder ? { folder: path } : { file: path }).catch(
      (error: unknown) => {
        throw asGiven(error, { out, path, isFolder, config: inputs['config']?.path })
      },
    )
    return { model: { path: out }, parameters: { value: parameters } }
  },
})

interface Given {
  readonly out: string
  readonly path: string
  readonly isFolder: boolean
  readonly config: string | undefined
}

/** The error with the user's own files in place of the copies that were read. */
function asGiven(error: unknown, { out, path, isFolder, config }: Given): unknown {
  if (!(error instanceof StageError)) return error
  const own = (file: string): string => (isFolder ? join(path, file) : path)
  const message = error.message
    .replaceAll(join(out, 'config.json'), config ?? own('config.json'))
    .replaceAll(join(out, 'model.onnx'), own('model.onnx'))
    .replaceAll(out, path)
  return new StageError(message, error.help)
}

/** Puts everything but the weights where the model is to be; whether the user gave a folder. Throws StageError. */
async function layOut(path: string, inputs: Readonly<Record<string, StageInput>>, out: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new StageError(`${path}: there is nothing there`)
  if (!found.isDirectory() && !found.isFile()) throw new StageError(`${path}: is no file and no folder`)
  if (found.isDirectory()) await copyModelFiles(path, out)
  else if (extname(path) === '.onnx') {
    await copyFile(path, join(out, 'model.onnx'))
    await copyExternalFiles(path, out)
  } else if (extname(path) !== '.safetensors')
    throw new StageError(
      `${basename(path)} is no file that holds a network`,
      'Give an .onnx file, a .safetensors file, or a folder. PyTorch files (.pt, .bin) hold programs; save them as safetensors first.',
    )
  else if (inputs['config'] === undefined)
    throw new StageError(
      `${basename(path)} holds numbers, and nothing says of what network`,
      'Give config: FILE, a config.json with its model_type and sizes.',
    )
  if (inputs['config']?.path !== undefined) await copyFile(inputs['config'].path, join(out, 'config.json'))
  const tokenizer = inputs['tokenizer']?.path
  const hasTokenizer = await copyTokenizer(tokenizer ?? path, out)
  if (tokenizer !== undefined && !hasTokenizer)
    throw new StageError(`${tokenizer}: there is no tokenizer.json, nor vocab.json with merges.txt`)
  return found.isDirectory()
}
