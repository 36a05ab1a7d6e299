import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StageInput } from '../../stage/artifact.ts'
import { copyModelFiles } from '../models/model-files.ts'
import { readMembers } from '../series.ts'

/** What `config.json` says where an architecture's projections have biases, and what holds where it says nothing. */
const switches: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  llama: { attention_bias: false, mlp_bias: false },
  gpt_neox: { attention_bias: true },
  transformer_lens: { attention_bias: true },
}

/**
 * The model, or the draws of one, with biases on the projections into the stream, as its architecture can have them: all of
 * them zero, so that it computes what it did, in `folder`. As it is where it has them already, or its architecture has no
 * such choice.
 */
export async function withBiasRoom(given: StageInput, folder: string): Promise<StageInput> {
  const from = given.path ?? ''
  const config = await configOf(from)
  const standing = Object.entries(switches[String(config['model_type'])] ?? {})
  const missing = standing.flatMap(([name, usual]) => ((config[name] ?? usual) === true ? [] : [name]))
  if (missing.length === 0) return given
  await mkdir(folder, { recursive: true })
  await copyModelFiles(from, folder)
  const roomy = { ...config, ...Object.fromEntries(missing.map((name) => [name, true])) }
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(roomy, null, 2)}\n`)
  const isOne = given.type !== 'ensemble'
  for (const { file } of await readMembers(from)) await rewrite(from, folder, isOne ? undefined : file)
  if (!isOne) await copyFile(join(from, 'series.json'), join(folder, 'series.json'))
  return { type: given.type, path: folder }
}

async function configOf(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const file = join(folder, 'config.json')
  if ((await stat(file).catch(() => undefined))?.isFile() !== true) return {}
  return JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, unknown>>
}

/** Every weight of the network under its name in the one with biases; what is new there stays zero. */
async function rewrite(from: string, to: string, file: string | undefined): Promise<void> {
  const [{ readModel }, { readNetwork }, { shapesOf }, { makeWeights, saveWeights }] = await Promise.all([
    import('../models/read-model.ts'),
    import('../../engine/model/read-network.ts'),
    import('../../engine/model/decoder.ts'),
    import('../../engine/model/weights.ts'),
  ])
  const { original } = await readModel(from, file === undefined ? undefined : join(from, file))
  const roomy = makeWeights(shapesOf(await readNetwork(to)))
  for (const [name, { data }] of original.tensors)
    (roomy.tensors.get(name)!.data as Float32Array).set(data as Float32Array)
  await saveWeights(join(to, file ?? 'model.safetensors'), roomy)
}
