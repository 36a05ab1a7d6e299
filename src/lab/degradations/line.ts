import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { Network } from '../../engine/model/network.ts'
import type { StageInput } from '../../stage/artifact.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readMembers } from '../series.ts'
import { changeWeights, degradedPorts, evaluateParam, lossOutput } from './change-weights.ts'

const ends = ['zero', 'init', 'model'] as const

/** A straight walk through weight space, the degradation that needs no idea at all. */
export const line = defineStage({
  name: 'line',
  version: 2,
  role: 'degradation',
  summary: 'Walk from the model straight towards zero, its initialisation, or another model of the same shape',
  source: 'Goodfellow, Vinyals, Saxe 2014 (arXiv 1412.6544); Tao et al. 2024 (PMLR 235) on when the loss is monotone',
  example: ['model: some-model', 'alpha: 0.2', 'to: init', 'measured: some-dataset'].join('\n'),
  seeded: false,
  params: Type.Object({
    alpha: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.1,
      description: 'How far: 0 is the model, 1 the other end',
    }),
    to: Type.Optional(
      Type.Union(
        ends.map((one) => Type.Literal(one)),
        {
          description:
            'The other end. zero: all weights zero; init: weights as the architecture initialises them, or those before the first step where `towards` has checkpoints; model: `towards`. Left out: `towards` where it is given, else zero',
        },
      ),
    ),
    initSeed: Type.Integer({
      minimum: 0,
      maximum: 2 ** 32 - 1,
      default: 0,
      description: 'Seed of a new initialisation. Not the stage’s own seed, so that every dose walks the same line',
    }),
    evaluate: evaluateParam,
  }),
  inputs: {
    ...degradedPorts,
    towards: {
      accepts: ['model', 'checkpoints'],
      optional: true,
      description: 'The other end: a model, or checkpoints, of which the one before the first step is meant',
    },
  },
  outputs: { model: { type: 'ensemble', description: 'The model at that point of the line' }, loss: lossOutput },
  run: async ({ with: options, inputs, ctx }) => {
    const { alpha } = options
    let end: Float32Array | undefined | 'unread' = 'unread'
    return changeWeights({
      inputs,
      evaluate: options.evaluate,
      ctx,
      draws: 1,
      apply: async ({ weights: { flat }, network }) => {
        if (end === 'unread') end = await endOf(options, inputs['towards'], network)
        if (end !== undefined && end.length !== flat.length)
          throw new StageError(
            `the two ends of the line have ${flat.length} and ${end.length} weights`,
            'Both must be models of the same shape.',
          )
        for (let i = 0; i < flat.length; i++) flat[i] = (1 - alpha) * flat[i]! + alpha * (end?.[i] ?? 0)
      },
    })
  },
})

interface End {
  readonly to?: (typeof ends)[number]
  readonly initSeed: number
}

/** Weights of the other end; undefined: all zero. */
async function endOf(
  { to, initSeed }: End,
  towards: StageInput | undefined,
  network: Network,
): Promise<Float32Array | undefined> {
  if (to === 'zero' && towards !== undefined)
    throw new StageError('the line has two other ends: zero and `towards`', 'Take out `to: zero` or `towards`.')
  if (to === 'model' && towards === undefined)
    throw new StageError('the line goes to a model and none is given', 'Give `towards`, or another `to`.')
  if (towards !== undefined) return readEnd(towards)
  return to === 'init' ? freshWeights(network, initSeed) : undefined
}

async function readEnd({ type, path = '' }: StageInput): Promise<Float32Array> {
  const { readModel } = await import('../models/read-model.ts')
  if (type !== 'checkpoints') return (await readModel(path)).original.flat
  const members = await readMembers(path)
  const start = members.find(({ step }) => step === 0)
  if (start === undefined)
    throw new StageError(
      `the checkpoints begin at step ${Math.min(...members.map(({ step }) => step))}, so the initialisation is not among them`,
      'Give the output `init` of the training, or to: init for a new initialisation.',
    )
  return (await readModel(path, join(path, start.file))).original.flat
}

async function freshWeights(network: Network, initSeed: number): Promise<Float32Array> {
  const [{ initialise }, { makeWeights }, { shapesOf }, { RandomStream }] = await Promise.all([
    import('../../engine/model/initialise.ts'),
    import('../../engine/model/weights.ts'),
    import('../../engine/model/decoder.ts'),
    import('../../engine/sampling/random.ts'),
  ])
  const weights = makeWeights(shapesOf(network))
  initialise(weights, network, new RandomStream(initSeed.toString(16).padStart(16, '0'), 'init'))
  return weights.flat
}
