import type { StageInput } from '../../stage/artifact.ts'
import type { MetricSamples } from '../../stage/metrics.ts'
import type { StageContext } from '../../stage/stage-context.ts'
import { readDataset } from '../datasets/dataset.ts'
import { firstExamples, readExamples, type ExampleSet } from '../datasets/example-set.ts'
import { firstSequences } from '../datasets/first-sequences.ts'
import { checkSameTokenizer } from '../datasets/tokenizer-digest.ts'
import { exampleLosses } from './example-losses.ts'
import { sequenceLosses, type SequenceLosses } from './sequence-losses.ts'

/** The losses of a network, on weights that can be exchanged, over one set of data: text or examples. */
export interface OpenLosses {
  /** Predicted tokens, or examples. */
  readonly items: number
  readonly unit: MetricSamples['unit']
  /** Tokens, or classes, that a uniform guess is over; null where the answers are numbers. */
  readonly choices: number | null
  /** Weights from a file of the folder that was opened, or of another. */
  loadWeights(file: string): Promise<void>
  /** Item by item: a sequence with its tokens, or an example, which counts as one. */
  losses(): Promise<SequenceLosses>
  close(): Promise<void>
}

export interface OpenLossesOptions {
  /** Folder of the model. */
  readonly folder: string
  /** A `dataset` (next token, nats a token) or `examples` (classes: nats; numbers: squared error). */
  readonly data: StageInput
  /** Sequences or examples to use, from the start; left out: all. */
  readonly limit?: number
  readonly ctx: Pick<StageContext, 'threads'>
  /** `null`: none yet. Left out: the model's own. */
  readonly weights?: null
}

/** Throws the engine's errors for a model that does not fit the data; a stage shows them as its own (`asStageError`). */
export async function openLosses(options: OpenLossesOptions): Promise<OpenLosses> {
  return options.data.type === 'examples' ? openExamples(options) : openText(options)
}

async function openText({ folder, data, limit = Infinity, ctx, weights }: OpenLossesOptions): Promise<OpenLosses> {
  const { openLanguageModel } = await import('../../engine/model/open.ts')
  const text = firstSequences(await readDataset(data.path ?? ''), limit)
  await checkSameTokenizer(text, folder)
  const opened = await openLanguageModel(folder, { threads: ctx.threads, ...(weights === null ? { weights } : {}) })
  return {
    items: text.mask.reduce((a, b) => a + b, 0),
    unit: 'nats/token',
    choices: opened.vocabulary,
    loadWeights: (file) => opened.loadWeights(file),
    losses: () => sequenceLosses(opened, text),
    close: () => opened.close(),
  }
}

async function openExamples({ folder, data, limit, ctx, weights }: OpenLossesOptions): Promise<OpenLosses> {
  const { openNetwork } = await import('../../engine/model/open-network.ts')
  const all = await readExamples(data.path ?? '')
  const set: ExampleSet = limit === undefined ? all : firstExamples(all, limit)
  const opened = await openNetwork(folder, { threads: ctx.threads, ...(weights === null ? { weights } : {}) })
  return {
    items: set.examples,
    unit: set.targets.kind === 'class' ? 'nats' : 'dimensionless',
    choices: set.targets.kind === 'class' ? set.targets.classes : null,
    loadWeights: (file) => opened.loadWeights(file),
    losses: () => exampleLosses(opened, set),
    close: () => opened.close(),
  }
}
