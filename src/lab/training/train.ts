import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readDataset } from '../datasets/dataset.ts'
import { logSpaced } from './log-spaced.ts'
import { trainParams, type TrainParams } from './train-params.ts'

export const train = defineStage({
  name: 'train',
  version: 1,
  role: 'training',
  summary: 'Train a GPT-2 style decoder with AdamW and keep log-spaced checkpoints',
  source: 'Radford et al. 2019; Loshchilov and Hutter 2019 (arXiv 1711.05101)',
  seeded: true,
  params: trainParams,
  inputs: {
    data: { accepts: ['dataset'], description: 'Sequences to train on' },
    tokenizer: { accepts: ['tokenizer'], description: 'Kept beside the weights' },
  },
  outputs: {
    model: { type: 'model', description: 'The model after the last step' },
    init: { type: 'model', description: 'The model before the first step' },
    checkpoints: { type: 'checkpoints', description: 'Weights along the way' },
    curve: { type: 'record', description: 'Mean training loss (nats/token) over each hundredth of the steps' },
  },
  run: async ({ with: params, inputs, ctx }) => {
    const data = await readDataset(inputs['data']?.path ?? '')
    if (params.width % params.heads !== 0)
      throw new StageError(`width ${params.width} is not a multiple of heads ${params.heads}`)
    const config = hubConfig(params, data.vocabulary, data.length - 1)
    const series = join(ctx.out, 'checkpoints')
    const kept = logSpaced(params.steps, params.checkpoints)
    const [{ Trainer }, { decoderOf }, { saveWeights }] = await loadEngine()
    const trainer = await Trainer.open({
      decoder: decoderOf(config, 'train'),
      params,
      data,
      seed: ctx.seed,
      threads: ctx.threads,
      scratch: ctx.scratch,
      kept,
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
      const tokenizer = join(inputs['tokenizer']?.path ?? '', 'tokenizer.json')
      const finish = async (name: string): Promise<string> => {
        const folder = join(ctx.out, name)
        await mkdir(folder, { recursive: true })
        await writeFile(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`)
        await copyFile(tokenizer, join(folder, 'tokenizer.json'))
        return folder
      }
      await saveWeights(join(await finish('model'), 'model.safetensors'), trainer.weights)
      await finish('checkpoints')
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
  },
})

/** The engine is loaded only where it works, so that listing kinds stays quick. */
const loadEngine = () =>
  Promise.all([import('./trainer.ts'), import('../../engine/model/config.ts'), import('../../engine/model/weights.ts')])

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
