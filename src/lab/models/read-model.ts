import { ModelError } from '../../engine/model/config-fields.ts'
import { readDecoder } from '../../engine/model/config.ts'
import { decoderSize, shapesOf } from '../../engine/model/decoder.ts'
import { loadModelWeights } from '../../engine/model/load-weights.ts'
import { makeWeights, saveWeights } from '../../engine/model/weights.ts'
import { StageError } from '../../stage/stage-context.ts'

/** Reads configuration and every weight; says how many there are and saves them as one fp32 file. Throws StageError. */
export async function readModel(folder: string): Promise<{ parameters: number; save(file: string): Promise<void> }> {
  try {
    const decoder = await readDecoder(folder)
    const weights = makeWeights(shapesOf(decoder))
    await loadModelWeights(folder, { decoder, weights })
    return { parameters: decoderSize(decoder), save: (file) => saveWeights(file, weights) }
  } catch (error) {
    if (error instanceof ModelError) throw new StageError(error.message)
    throw error
  }
}
