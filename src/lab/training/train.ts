import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readDataset } from '../datasets/dataset.ts'
import { logSpaced } from './log-spaced.ts'

export const trainParams = Type.Object({
  layers: Type.Integer({ minimum: 1, maximum: 96, default: 2, description: 'Transformer blocks' }),
  width: Type.Integer({ minimum: 1, maximum: 16_384, default: 64, description: 'Width of the residual stream; a multiple of heads' }),
  heads: Type.Integer({ minimum: 1, maximum: 256, default: 4, description: 'Attention heads in a block' }),
  steps: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 1500, description: 'Optimizer steps' }),
  batch: Type.Integer({ minimum: 1, maximum: 65_536, default: 64, description: 'Sequences in a step' }),
  rate: Type.Number({ exclusiveMinimum: 0, default: 3e-3, description: 'Peak learning rate' }),
  warmup: Type.Integer({ minimum: 0, default: 100, description: 'Steps of linear warm-up; a half cosine follows' }),
  floor: Type.Number({ minimum: 0, maximum: 1, default: 0.05, description: 'Final learning rate as a share of the peak' }),
  weightDecay: Type.Number({ minimum: 0, default: 0.01, description: 'AdamW decay of matrices, per unit of learning rate' }),
  clip: Type.Number({ exclusiveMinimum: 0, default: 1, description: 'Largest gradient norm' }),
  checkpoints: Type.Integer({ minimum: 2, maximum: 1000, default: 20, description: 'Checkpoints kept, spaced logarithmically, step 0 and the last included' }),
})
export type TrainParams = Static<typeof trainParams>

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
    if (params.width % params.heads !== 0) throw new StageError(`width ${params.width} is not a multiple of heads ${params.heads}`)
    const config = hubConfig(params, data.vocabulary, data.length - 1)
    const series = join(ctx.out, 'checkpoints')
    const kept = logSpaced(params.steps, params.checkpoints)
    const [{ Trainer }, { decoderOf }, { saveWeights }] = await loadEngine()
    const trainer = await Trainer.open({ decoder: decoderOf(config, 'train'), params, data, seed: ctx.seed, threads: ctx.threads, scratch: ctx.scratch, kept })
    try {
      await trainer.run({
        until: params.steps,
        signal: ctx.signal,
        onStep: (step, loss) => {
          ctx.progress({ fraction: step / params.steps, note: `step ${step} of ${params.steps}, loss ${loss.toFixed(3)}` })
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
      return { model: { path: join(ctx.out, 'model') }, init: { path: join(ctx.out, 'init') }, checkpoints: { path: series }, curve: { value: trainer.curve() } }
    } finally {
      await trainer.close()
    }
  },
})

/** The engine is loaded only where it works, so that listing kinds stays quick. */
const loadEngine = () => Promise.all([import('./trainer.ts'), import('../../engine/model/config.ts'), import('../../engine/model/weights.ts')])

/** The configuration as hubs have it for GPT-2, with the fields that other programs expect. */
const hubConfig = (params: TrainParams, vocabulary: number, context: number): object => ({
  architectures: ['GPT2LMHeadModel'], activation_function: 'gelu_new', model_type: 'gpt2', vocab_size: vocabulary, n_positions: context, n_embd: params.width,
  n_layer: params.layers, n_head: params.heads, n_inner: 4 * params.width, layer_norm_epsilon: 1e-5, tie_word_embeddings: true,
})
