import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { StageInput } from '../../../stage/artifact.ts'
import { StageError, type StageContext } from '../../../stage/stage-context.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import { readDataset } from '../../datasets/dataset.ts'
import { familyParam, hookAt, layersWith, type HookFamily } from '../../experiments/hooks/hook-families.ts'
import { writeSae } from '../../experiments/sae/sae-file.ts'
import { checkFits } from '../../scales/sequence-losses.ts'
import { readSeries } from '../../series.ts'
import { trainSae as train, type TrainedSae } from './sae-trainer.ts'

export const trainSae = defineStage({
  name: 'train-sae',
  version: 1,
  role: 'training',
  summary: 'Train a sparse autoencoder on a hook point of a model: L1 or TopK, Adam',
  source: 'Bricken et al. 2023 (L1); Gao et al. 2024, arXiv 2406.04093 (TopK)',
  seeded: true,
  params: Type.Object({
    hook: familyParam('resid_post', 'Activation to learn'),
    layer: Type.Optional(Type.Integer({ minimum: 0, description: 'Block, from 0. Left out: the last' })),
    features: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 256, description: 'Features of the dictionary' }),
    k: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'TopK: features that may be active at once. Left out: ReLU with an L1 penalty',
      }),
    ),
    l1: Type.Number({
      minimum: 0,
      default: 1,
      description:
        'Without k: penalty on Σ f beside ‖x − x̂‖², activations scaled to a mean square length of their width',
    }),
    steps: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 2000, description: 'Steps of Adam' }),
    batch: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 256, description: 'Activations in a step' }),
    rate: Type.Number({
      exclusiveMinimum: 0,
      default: 0.003,
      description: 'Learning rate; it falls to 0 in a straight line over the last fifth',
    }),
  }),
  inputs: {
    model: { accepts: ['model'], description: 'The model' },
    data: { accepts: ['dataset'], description: 'Text whose activations to learn' },
  },
  outputs: {
    sae: { type: 'record', description: 'safetensors: W_enc, b_enc, W_dec, b_dec, and k where it is TopK' },
    training: { type: 'record', description: 'Residual variance and active features over the steps; dead features' },
  },
  run: async ({ with: { hook, layer, ...training }, inputs, ctx }) => {
    const { values, width } = await activations(inputs, ctx, { hook, layer })
    const l1 = training.k === undefined ? training.l1 : 0
    const { sae, ...rest } = await train(values, width, { training: { ...training, l1 }, ctx })
    const path = join(ctx.out, 'sae.safetensors')
    await writeSae(path, sae)
    return { sae: { path }, training: { value: { ...rest } as never } }
  },
  report: ({ with: { features }, outputs }) => {
    const ref = outputs['training']
    if (ref === undefined || !('value' in ref)) throw new Error('the stage gives its record as a value')
    const { trace, dead } = ref.value as unknown as TrainedSae
    const last = trace.at(-1)!
    const text = `${last.active.toFixed(1)} of ${features} features active a token, ${dead} never in the last tenth; ‖x − x̂‖²/‖x‖² ${last.residual.toPrecision(3)}`
    return [{ type: 'text', title: 'Training of the autoencoder', lines: [text] }]
  },
})

const mostFloats = 2 ** 28

/** The hook's values at all tokens that are neither start nor padding, row-major [tokens, width]. */
async function activations(
  inputs: Readonly<Record<string, StageInput>>,
  ctx: StageContext,
  { hook, layer }: { readonly hook: HookFamily; readonly layer: number | undefined },
): Promise<{ values: Float32Array; width: number }> {
  const data = await readDataset(inputs['data']?.path ?? '')
  const length = data.length - 1
  const kept = data.mask.filter((_, i) => i % data.length < length).reduce((sum, bit) => sum + bit, 0)
  const [first] = await readSeries(inputs['model'], ctx, async (model) => {
    checkFits(data, model)
    if (model.hooked === undefined) throw new StageError('this model has no hook points to learn')
    const layers = layersWith(model.hooked, hook)
    const at = layer ?? layers.at(-1)!
    if (!layers.includes(at)) throw new StageError(`there is no block ${at}: they run from 0 to ${layers.length - 1}`)
    const name = hookAt(hook, at)
    const { axes, shape } = model.hooked.shape(name, 1)
    const width = shape.at(-1)!
    if (axes[0] !== 'row')
      throw new StageError(
        `${name} is no stream of one vector a token`,
        'Take resid_pre, attn_out, mlp_out, mlp_post or the like.',
      )
    if (kept * width > mostFloats)
      throw new StageError(
        `${kept} activations of ${width} numbers take ${((kept * width) / 2 ** 28).toFixed(1)} GiB`,
        'Give the text stage a limit.',
      )
    const values = new Float32Array(kept * width)
    let next = 0
    const tokens = data.tokens.filter((_, i) => i % data.length < length)
    await model.hooked.run({ tokens, length, reads: [name] }, (batch) => {
      const read = batch.value(name)
      for (let i = 0; i < batch.count * length; i++) {
        if (data.mask[(batch.first + Math.floor(i / length)) * data.length + (i % length)] === 0) continue
        values.set(read.subarray(i * width, (i + 1) * width), next)
        next += width
      }
    })
    return { values, width }
  })
  return first!.reading
}
