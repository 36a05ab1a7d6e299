import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ModelError } from './config-fields.ts'
import { readWholeFile } from './read-whole-file.ts'
import type { StoredTensor } from './safetensors.ts'
import { readSafetensors, SafetensorsError } from './safetensors.ts'
import type { StoredLayout } from './stored-layout.ts'
import type { StoredTensors } from './stored-tensors.ts'
import { storedTensors } from './stored-tensors.ts'
import type { Weights } from './weights.ts'

interface Target {
  readonly decoder: StoredLayout
  /** Filled in place. */
  readonly weights: Weights
}

/** Weights of a model folder: `model.safetensors`, or the shards that `model.safetensors.index.json` names. Throws {@link ModelError}. */
export async function loadModelWeights(folder: string, target: Target): Promise<void> {
  const single = join(folder, 'model.safetensors')
  const index = join(folder, 'model.safetensors.index.json')
  const exists = (file: string): Promise<boolean> =>
    stat(file).then(
      () => true,
      () => false,
    )
  if (await exists(single)) return loadWeights(single, target)
  if (!(await exists(index))) throw new ModelError(`${folder}: ${await whatIsThere(folder)}`)
  const stored = new Map<string, StoredTensor>()
  for (const shard of await shardsOf(index))
    for (const [name, tensor] of await readStored(join(folder, shard))) stored.set(name, tensor)
  copyInto(stored, index, target)
}

/** What a folder without weights that can be read has in their place. */
async function whatIsThere(folder: string): Promise<string> {
  const missing = 'there is no model.safetensors, nor an index of its shards'
  const files = await readdir(folder).catch((): string[] => [])
  const program = files.find((file) => /\.(bin|pt|pth|ckpt|h5|msgpack)$/.test(file))
  if (program === undefined) return missing
  return `${missing}; ${program} is a file of another kind, which may hold programs and is not read: take the safetensors file of the hub, or save it as one`
}

/**
 * Copies a safetensors file into the weights. Names may have the prefixes hubs put before them, and matrices may be
 * stored the other way round where the architecture says that files differ. Throws {@link ModelError} on a missing
 * tensor, a wrong shape, or a number that is not finite.
 */
export async function loadWeights(file: string, target: Target): Promise<void> {
  copyInto(await readStored(file), file, target)
}

function copyInto(given: ReadonlyMap<string, StoredTensor>, file: string, { decoder, weights }: Target): void {
  const stored = storedTensors(decoder, decoder.translate?.(given) ?? given)
  const turned = isTurned(decoder, weights, stored)
  for (const [name, { shape, data }] of weights.tensors) {
    const found = stored.find(name)
    if (found === undefined)
      throw new ModelError(`${file}: there is no tensor "${name}"; the configuration asks for it`)
    const values = turned && decoder.turnable?.matches(name) === true ? transposed(found) : found
    if (values.dtype !== 'F32' && values.dtype !== 'F64')
      throw new ModelError(`${file}: tensor "${name}" is of type ${values.dtype}; F32, F64, F16 or BF16 is needed`)
    if (values.shape.join() !== shape.join())
      throw new ModelError(
        `${file}: tensor "${name}" is [${values.shape.join(', ')}], the configuration asks for [${shape.join(', ')}]`,
      )
    ;(data as Float32Array).set(values.data as Float32Array)
    const bad = (data as Float32Array).findIndex((value) => !Number.isFinite(value))
    if (bad >= 0) throw new ModelError(`${file}: tensor "${name}" holds ${String(values.data[bad])} at element ${bad}`)
  }
  const surplus = decoder.isWhole === true ? stored.surplus([...weights.tensors.keys()]) : undefined
  if (surplus !== undefined) throw new ModelError(`${file}: ${surplus}`)
}

/** Whether the file stores its turnable matrices the other way round. */
function isTurned({ turnable }: StoredLayout, weights: Weights, stored: StoredTensors): boolean {
  const wanted = turnable && weights.tensors.get(turnable.probe)?.shape
  const found = turnable && stored.find(turnable.probe)?.shape
  return (
    wanted !== undefined &&
    found !== undefined &&
    wanted[0] !== wanted[1] &&
    found[0] === wanted[1] &&
    found[1] === wanted[0]
  )
}

async function readStored(file: string): Promise<Map<string, StoredTensor>> {
  try {
    return await readSafetensors(file)
  } catch (error) {
    if (error instanceof SafetensorsError) throw new ModelError(error.message)
    throw new ModelError(`${file}: cannot be read (${(error as Error).message})`)
  }
}

/** Shard files of an index, each once. They must lie in the index's own folder. */
async function shardsOf(index: string): Promise<string[]> {
  let map: unknown
  try {
    map = (JSON.parse((await readWholeFile(index, 1e8)).toString('utf8')) as { weight_map?: unknown }).weight_map
  } catch (error) {
    throw new ModelError(`${index}: is not JSON (${(error as Error).message})`)
  }
  if (typeof map !== 'object' || map === null) throw new ModelError(`${index}: there is no weight_map`)
  const shards = [...new Set(Object.values(map))]
  for (const shard of shards)
    if (typeof shard !== 'string' || shard !== basename(shard) || shard === '..')
      throw new ModelError(`${index}: the shard ${JSON.stringify(shard)} is not a file beside it`)
  return shards as string[]
}

/** A matrix the other way round. */
export function transposed({ dtype, shape, data }: StoredTensor): StoredTensor {
  const [rows, columns] = shape as readonly [number, number]
  const values = new Float32Array(data.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[j * rows + i] = Number(data[i * columns + j])
  return { dtype, shape: [columns, rows], data: values }
}
