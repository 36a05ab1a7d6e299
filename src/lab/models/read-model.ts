import { join } from 'node:path'
import { ModelError } from '../../engine/model/config-fields.ts'
import { shapesOf } from '../../engine/model/decoder.ts'
import { loadWeights } from '../../engine/model/load-weights.ts'
import type { Network } from '../../engine/model/network.ts'
import { loadNetworkWeights, readNetwork } from '../../engine/model/read-network.ts'
import { makeWeights, saveWeights, type Weights } from '../../engine/model/weights.ts'
import { StageError } from '../../stage/stage-context.ts'

export interface ReadModel {
  /** What the folder holds; of any kind. */
  readonly network: Network
  /** For the caller to change. */
  readonly weights: Weights
  /** The same numbers, to be left alone. */
  readonly original: Weights
  /** Writes `weights` as they are now, as one fp32 file. */
  save(file: string): Promise<void>
  /** Exchanges `original` for the weights in a file of the same shapes. Throws StageError. */
  load(file: string): Promise<void>
}

/**
 * Reads configuration and every weight of a model folder: the model's own, or those of the file named, such as a member
 * of an ensemble. Throws StageError.
 */
export function readModel(folder: string, file?: string): Promise<ReadModel> {
  return asStageError(async () => {
    const network = await readNetwork(folder)
    const shapes = shapesOf(network)
    const original = makeWeights(shapes)
    const target = { decoder: network, weights: original }
    await (file === undefined ? loadNetworkWeights(folder, network, original) : loadWeights(file, target))
    const weights = makeWeights(shapes, original.flat.slice())
    return {
      network,
      weights,
      original,
      save: (to) => saveWeights(to, weights),
      load: (from) => asStageError(() => loadWeights(from, target)),
    }
  })
}

/**
 * Reads weights for the network that `out` describes, from a folder or a file, and writes them there as
 * `model.safetensors`, in fp32. The number of parameters. Throws StageError.
 */
export function readNetworkInto(
  out: string,
  from: { readonly folder: string } | { readonly file: string },
): Promise<number> {
  return asStageError(async () => {
    const network = await readNetwork(out)
    const weights = makeWeights(shapesOf(network))
    if ('folder' in from) await loadNetworkWeights(from.folder, network, weights)
    else if (from.file.endsWith('.safetensors')) await loadWeights(from.file, { decoder: network, weights })
    else await loadNetworkWeights(out, network, weights)
    await saveWeights(join(out, 'model.safetensors'), weights)
    return weights.flat.length
  })
}

async function asStageError<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof ModelError) throw new StageError(error.message)
    throw error
  }
}
