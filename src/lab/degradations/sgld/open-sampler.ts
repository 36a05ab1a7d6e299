import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError } from '../../../engine/model/config-fields.ts'
import { readDecoder } from '../../../engine/model/config.ts'
import { decoderSize } from '../../../engine/model/decoder.ts'
import { DifferentiableModel } from '../../../engine/model/differentiable.ts'
import type { LanguageModel, Series } from '../../../engine/model/language-model.ts'
import { openLanguageModel } from '../../../engine/model/open.ts'
import { loadModelWeights, loadWeights } from '../../../engine/model/load-weights.ts'
import { SgldArrays } from '../../../engine/sampling/sgld.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { Dataset } from '../../datasets/dataset.ts'

interface Opening {
  readonly folder: string
  /** Folder of a colder ensemble to start from, if any. */
  readonly warm: string | undefined
  readonly chain: number
  readonly batch: number
  readonly data: Dataset
  readonly threads: number
}

/** The differentiable model at its starting point, w₀ itself, and a second graph to measure draws with. */
export async function openSampler({
  folder,
  warm,
  chain,
  batch,
  data,
  threads,
}: Opening): Promise<{ model: DifferentiableModel; evaluator: LanguageModel; arrays: SgldArrays }> {
  const decoder = await readDecoder(folder)
  if (data.vocabulary > decoder.vocabulary)
    throw new StageError(
      `the data has token numbers up to ${data.vocabulary - 1}, the model a vocabulary of ${decoder.vocabulary}`,
      'Tokenise the text with this model’s own tokenizer.',
    )
  if (data.length - 1 > decoder.context)
    throw new StageError(
      `the data has sequences of ${data.length} tokens, the model reads at most ${decoder.context}`,
      'Give the text stage a smaller length.',
    )
  try {
    const arrays = new SgldArrays(decoderSize(decoder))
    const model = await DifferentiableModel.open(decoder, { batch, length: data.length, threads, arrays })
    await loadModelWeights(folder, { decoder, weights: model.weights })
    arrays.start.set(arrays.weights)
    if (warm !== undefined) await loadWeights(await lastDraw(warm, chain), { decoder, weights: model.weights })
    return { model, evaluator: await openLanguageModel(folder, { threads, weights: null }), arrays }
  } catch (error) {
    if (error instanceof ModelError) throw new StageError(error.message)
    throw error
  }
}

/** File of the last draw of the chain; of another chain where the colder level had fewer. */
async function lastDraw(folder: string, chain: number): Promise<string> {
  const { members } = JSON.parse(await readFile(join(folder, 'series.json'), 'utf8')) as Series
  const chains = [...new Set(members.map((member) => member.chain))]
  const wanted = chains[chain % chains.length]
  const last = members.filter((member) => member.chain === wanted).at(-1)
  if (last === undefined) throw new StageError('the colder level has no draws to start from')
  return join(folder, last.file)
}
