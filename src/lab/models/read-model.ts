import { ModelError } from '../../engine/model/config-fields.ts'
import { readDecoder } from '../../engine/model/config.ts'
import { shapesOf } from '../../engine/model/decoder.ts'
import { loadModelWeights } from '../../engine/model/load-weights.ts'
import { makeWeights, saveWeights, type Weights } from '../../engine/model/weights.ts'
import { StageError } from '../../stage/stage-context.ts'

export interface ReadModel {
  /** For the caller to change. */
  readonly weights: Weights
  /** The same numbers, to be left alone. */
  readonly original: Weights
  /** Writes `weights` as they are now, as one fp32 file. */
  save(file: string): Promise<void>
}

/** Reads configuration and every weight of a model folder. Throws StageError. */
export async function readModel(folder: string): Promise<ReadModel> {
  try {
    const decoder = await readDecoder(folder)
    const shapes = shapesOf(decoder)
    const original = makeWeights(shapes)
    await loadModelWeights(folder, { decoder, weights: original })
    const weights = makeWeights(shapes, original.flat.slice())
    return { weights, original, save: (file) => saveWeights(file, weights) }
  } catch (error) {
    if (error instanceof ModelError) throw new StageError(error.message)
    throw error
  }
}
