import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError, readConfig } from '../../../engine/model/config.ts'
import { DifferentiableModel } from '../../../engine/model/differentiable.ts'
import { gpt2Size } from '../../../engine/model/gpt2.ts'
import type { LanguageModel, Series } from '../../../engine/model/language-model.ts'
import { openLanguageModel } from '../../../engine/model/open.ts'
import { loadWeights } from '../../../engine/model/weights.ts'
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
export async function openSampler({ folder, warm, chain, batch, data, threads }: Opening): Promise<{ model: DifferentiableModel; evaluator: LanguageModel; arrays: SgldArrays }> {
  const config = await readConfig(folder)
  if (data.vocabulary > config.vocab_size)
    throw new StageError(`the data has token numbers up to ${data.vocabulary - 1}, the model a vocabulary of ${config.vocab_size}`, 'Tokenise the text with this model’s own tokenizer.')
  if (data.length - 1 > config.n_positions)
    throw new StageError(`the data has sequences of ${data.length} tokens, the model reads at most ${config.n_positions}`, 'Give the text stage a smaller length.')
  try {
    const arrays = new SgldArrays(gpt2Size(config))
    const model = await DifferentiableModel.open(config, { batch, length: data.length, threads, arrays })
    await loadWeights(join(folder, 'model.safetensors'), model.weights)
    arrays.start.set(arrays.weights)
    if (warm !== undefined) await loadWeights(await lastDraw(warm, chain), model.weights)
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
