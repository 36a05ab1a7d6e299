import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDecoder } from '../../../engine/model/config.ts'
import type { Decoder } from '../../../engine/model/decoder.ts'
import { decoderSize, shapesOf } from '../../../engine/model/decoder.ts'
import type { Batch } from '../../../engine/model/differentiable.ts'
import { DifferentiableModel } from '../../../engine/model/differentiable.ts'
import type { Differentiable } from '../../../engine/model/differentiable-network.ts'
import type { Series } from '../../../engine/model/language-model.ts'
import { loadWeights } from '../../../engine/model/load-weights.ts'
import type { Network } from '../../../engine/model/network.ts'
import { decoderNetwork } from '../../../engine/model/networks/decoder-network.ts'
import { openLanguageModel } from '../../../engine/model/open.ts'
import { loadNetworkWeights, readNetwork } from '../../../engine/model/read-network.ts'
import { selectParameters } from '../../../engine/model/selection/select-parameters.ts'
import type { Weights } from '../../../engine/model/weights.ts'
import { makeWeights } from '../../../engine/model/weights.ts'
import type { Region } from '../../../engine/sampling/region.ts'
import { SgldArrays } from '../../../engine/sampling/sgld.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { Dataset } from '../../datasets/dataset.ts'
import type { MeasuredModel } from '../../scales/sequence-losses.ts'
import { asStageError } from '../../series.ts'
import { isExamples, type ExamplesAsText } from './examples-as-text.ts'
import { openExampleGradient, openExampleLosses } from './open-example-sampler.ts'
import type { Selection } from './record.ts'
import type { SamplerName } from './samplers.ts'
import { samplers } from './samplers.ts'

export interface Opening {
  readonly sampler: SamplerName
  readonly folder: string
  /** Folder of a colder ensemble to start from, if any. */
  readonly warm: string | undefined
  readonly chain: number
  readonly batch: number
  readonly data: Dataset
  readonly threads: number
  /** Which weights move, as written; all where left out. */
  readonly parameters?: string | undefined
}

/** What a chain needs of a model, at its starting point. */
export interface OpenedSampler {
  /** Weights, gradient and w₀. */
  readonly arrays: SgldArrays
  /** The weights by name. */
  readonly weights: Weights
  /** For samplers that follow the gradient. */
  readonly model: Differentiable<Batch> | undefined
  /** For samplers that ask for losses alone: a graph on the weights of the moment. */
  readonly forward: MeasuredModel | undefined
  /** A graph on the weights of the moment, to measure draws with. */
  readonly evaluator: MeasuredModel
  /** What moves, where not all does. */
  readonly region: Region | undefined
  readonly selection: Selection | undefined
  close(): Promise<void>
}

/** Opens the graphs that the sampler needs, and sets w₀ and the start. Throws StageError for what the user can mend. */
export function openSampler(opening: Opening): Promise<OpenedSampler> {
  return asStageError(async () => {
    if (isExamples(opening.data)) return await onExamples(opening, opening.data)
    const decoder = await readDecoder(opening.folder)
    checkData(opening.data, decoder)
    return await onText(opening, decoder)
  })
}

function checkData(data: Dataset, decoder: Decoder): void {
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
}

async function onText(opening: Opening, decoder: Decoder): Promise<OpenedSampler> {
  const { folder, batch, data, threads } = opening
  return open(opening, decoderNetwork(decoder), {
    gradient: (arrays) => DifferentiableModel.open(decoder, { batch, length: data.length, threads, arrays }),
    losses: (flat) => openLanguageModel(folder, { threads, weights: null, flat }),
  })
}

async function onExamples(opening: Opening, data: ExamplesAsText): Promise<OpenedSampler> {
  const { folder, batch, threads } = opening
  const network = await readNetwork(folder)
  const given = { folder, network, data, threads }
  return open(opening, network, {
    gradient: (arrays) => openExampleGradient(given, { batch, arrays }),
    losses: (flat) => openExampleLosses(given, flat),
  })
}

function checkSize(parameters: number): number {
  if (parameters <= SgldArrays.most) return parameters
  const millions = (count: number): string => `${Math.floor(count / 1e6)} million`
  throw new StageError(
    `the model has ${millions(parameters)} parameters; samplers take ${millions(SgldArrays.most)} at most, whose arrays fill 4 GiB`,
    'Take a smaller model of the family, or another degradation: noise, line, quantize, prune and checkpoints have no such bound.',
  )
}

/** How to get at losses, and their gradient, of one kind of data. */
interface Graphs {
  gradient(arrays: SgldArrays): Promise<Differentiable<Batch>>
  /** On the weights that `flat` holds. */
  losses(flat: Float32Array): Promise<MeasuredModel>
}

async function open(opening: Opening, network: Network, graphs: Graphs): Promise<OpenedSampler> {
  const { sampler, folder, warm, chain, parameters, threads } = opening
  const heads = network.decoder?.heads
  const selectable = { type: network.type, parameters: network.parameters, ...(heads === undefined ? {} : { heads }) }
  const selected = parameters === undefined ? undefined : selectParameters(parameters, selectable)
  const arrays = new SgldArrays(checkSize(decoderSize(network)), threads)
  const weights = makeWeights(shapesOf(network), arrays.weights)
  const { gradients } = samplers[sampler]
  const model = gradients ? await graphs.gradient(arrays) : undefined
  await loadNetworkWeights(folder, network, weights)
  arrays.start.set(arrays.weights)
  if (warm !== undefined) await loadWeights(await lastDraw(warm, chain), { decoder: network, weights })
  selected?.region.restoreOutside(arrays.weights, arrays.start)
  const forward = gradients ? undefined : await graphs.losses(arrays.weights)
  // On the same memory: a copy of the weights of a large model is half a gigabyte.
  const evaluator = forward ?? (await graphs.losses(arrays.weights))
  return {
    arrays,
    weights,
    model,
    forward,
    evaluator,
    region: selected?.region,
    selection: selected && { expression: parameters ?? '', of: arrays.weights.length, tensors: selected.tensors },
    close: async () => {
      for (const each of [model, evaluator]) await each?.close()
    },
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
