import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Network } from '../../engine/model/network.ts'
import type { StageInput } from '../../stage/artifact.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readDataset } from '../datasets/dataset.ts'
import { readExamples } from '../datasets/example-set.ts'
import { copyTokenizer } from '../datasets/copy-tokenizer.ts'
import { copyModelFiles } from '../models/model-files.ts'
import { asStageError } from '../series.ts'
import type { LearningData } from './learner.ts'
import { logSpaced } from './log-spaced.ts'
import { trainParams, type TrainParams } from './train-params.ts'

type Inputs = Readonly<Record<string, StageInput>>

export const train = defineStage({
  name: 'train',
  version: 1,
  role: 'training',
  summary: 'Train a network on text or examples with AdamW or SGD, and keep log-spaced checkpoints',
  source: 'Radford et al. 2019; Loshchilov and Hutter 2019 (arXiv 1711.05101)',
  seeded: true,
  params: trainParams,
  atMostOne: [['config', 'model']],
  inputs: {
    data: {
      accepts: ['dataset', 'examples'],
      description:
        'Text, whose next tokens are predicted; or examples: cross-entropy of classes, squared error of numbers',
    },
    tokenizer: {
      accepts: ['tokenizer', 'model', 'path'],
      optional: true,
      description: 'Kept beside the weights; a text needs it. A model stands for its own',
    },
    config: {
      accepts: ['path'],
      optional: true,
      description:
        'A config.json of any architecture. Left out: a GPT-2 style decoder of `layers`, `width` and `heads`',
    },
    model: {
      accepts: ['model'],
      optional: true,
      description: 'A network of which to train another, or on; instead of `config`',
    },
  },
  outputs: {
    model: { type: 'model', description: 'The model after the last step' },
    init: { type: 'model', description: 'The model before the first step' },
    checkpoints: { type: 'checkpoints', description: 'Weights along the way' },
    curve: {
      type: 'record',
      description: 'Mean training loss over each hundredth of the steps, nats/token or an example',
    },
  },
  run: async ({ with: params, inputs, ctx }) =>
    asStageError(async () => {
      const data = await readData(inputs['data'])
      checkInputs(params, inputs, data)
      const series = join(ctx.out, 'checkpoints')
      await mkdir(series, { recursive: true })
      await layOut(params, { inputs, data, folder: series })
      const kept = logSpaced(params.steps, params.checkpoints)
      const [{ Trainer }, { readNetwork }, { saveWeights }] = await loadEngine()
      const network = await readNetwork(series)
      const trainer = await Trainer.open({
        network,
        params,
        data,
        seed: ctx.seed,
        threads: ctx.threads,
        scratch: ctx.scratch,
        kept,
        ...(params.output === undefined ? {} : { objective: { kind: 'value', output: params.output } }),
        ...(params.start === 'model' ? { start: await startOf(inputs['model']?.path ?? '', network) } : {}),
      })
      try {
        await trainer.run({
          until: params.steps,
          signal: ctx.signal,
          onStep: (step, loss) => {
            ctx.progress({
              fraction: step / params.steps,
              note: `step ${step} of ${params.steps}, loss ${loss.toFixed(3)}`,
            })
          },
        })
        const finish = async (name: string): Promise<string> => {
          const folder = join(ctx.out, name)
          await mkdir(folder, { recursive: true })
          await copyModelFiles(series, folder)
          return folder
        }
        await saveWeights(join(await finish('model'), 'model.safetensors'), trainer.weights)
        await trainer.writeCheckpoints(series)
        await copyFile(join(series, 'step-0.safetensors'), join(await finish('init'), 'model.safetensors'))
        return {
          model: { path: join(ctx.out, 'model') },
          init: { path: join(ctx.out, 'init') },
          checkpoints: { path: series },
          curve: { value: trainer.curve() },
        }
      } finally {
        await trainer.close()
      }
    }),
})

const readData = async (input: StageInput | undefined): Promise<LearningData> =>
  input?.type === 'examples'
    ? { examples: await readExamples(input.path ?? '') }
    : { text: await readDataset(input?.path ?? '') }

function checkInputs(params: TrainParams, { config, model, tokenizer }: Inputs, data: LearningData): void {
  const given = [config, model].filter((one) => one !== undefined).length
  if (given > 1) throw new StageError('config and model both say what to train', 'Give one of them.')
  if ('examples' in data && given === 0)
    throw new StageError('examples do not say what network to train on them', 'Give config: FILE, or model: STAGE.')
  if ('text' in data && model === undefined && tokenizer === undefined)
    throw new StageError('a model of text needs its tokenizer beside it', 'Give tokenizer: STAGE.')
  if (params.start === 'model' && model === undefined)
    throw new StageError('start: model goes on from a model, and none is given', 'Give model: STAGE.')
  if (params.output !== undefined && 'text' in data)
    throw new StageError('output names a loss for examples; the loss of a text is that of its next tokens')
  if (given === 0 && params.width % params.heads !== 0)
    throw new StageError(`width ${params.width} is not a multiple of heads ${params.heads}`)
}

interface Laying {
  readonly inputs: Inputs
  readonly data: LearningData
  readonly folder: string
}

/** Writes what says which network it is: everything of a model but weights. */
async function layOut(params: TrainParams, { inputs, data, folder }: Laying): Promise<void> {
  const { config, model, tokenizer } = inputs
  const write = (text: string): Promise<void> => writeFile(join(folder, 'config.json'), text)
  if (model?.path !== undefined) await copyModelFiles(model.path, folder)
  else if (config?.path !== undefined) await write(await configText(config.path))
  else if ('text' in data)
    await write(`${JSON.stringify(hubConfig(params, data.text.vocabulary, data.text.length - 1), null, 2)}\n`)
  if (tokenizer?.path !== undefined && !(await copyTokenizer(tokenizer.path, folder)))
    throw new StageError(
      'the tokenizer given is none: it has no tokenizer.json',
      'Give a tokenizer, or a model of text.',
    )
}

/** A configuration that describes a network; where it does not, the message names the user's file, not our copy. */
async function configText(file: string): Promise<string> {
  const [{ parseConfig }, { networkOf }] = await Promise.all([
    import('../../engine/model/config.ts'),
    import('../../engine/model/read-network.ts'),
  ])
  const text = await readFile(file, 'utf8')
  networkOf(parseConfig(text, file), file)
  return text
}

async function startOf(folder: string, network: Network): Promise<Float32Array> {
  const [{ makeWeights }, { shapesOf }, { loadNetworkWeights }] = await Promise.all([
    import('../../engine/model/weights.ts'),
    import('../../engine/model/decoder.ts'),
    import('../../engine/model/read-network.ts'),
  ])
  const weights = makeWeights(shapesOf(network))
  await loadNetworkWeights(folder, network, weights)
  return weights.flat
}

/** The engine is loaded only where it works, so that listing kinds stays quick. */
const loadEngine = () =>
  Promise.all([
    import('./trainer.ts'),
    import('../../engine/model/read-network.ts'),
    import('../../engine/model/weights.ts'),
  ])

/** The configuration as hubs have it for GPT-2, with the fields that other programs expect. */
const hubConfig = (params: TrainParams, vocabulary: number, context: number): object => ({
  architectures: ['GPT2LMHeadModel'],
  activation_function: 'gelu_new',
  model_type: 'gpt2',
  vocab_size: vocabulary,
  n_positions: context,
  n_embd: params.width,
  n_layer: params.layers,
  n_head: params.heads,
  n_inner: 4 * params.width,
  layer_norm_epsilon: 1e-5,
  tie_word_embeddings: true,
})
