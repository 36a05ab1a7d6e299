import { Type } from '@sinclair/typebox'
import type { OpenNetwork } from '../../../engine/model/open-network.ts'
import type { StageInput } from '../../../stage/artifact.ts'
import type { StageContext } from '../../../stage/stage-context.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { defineStage, type Finished } from '../../../stage/stage-kind.ts'
import type { ReportBlock } from '../../../stage/report-block.ts'
import { readExamples } from '../../datasets/example-set.ts'
import { allPairs } from '../../datasets/modular-addition-data.ts'
import { readNetworks } from '../../network-series.ts'
import { classLogits, type ClassLogits } from '../class-logits.ts'
import type { MetricTable } from '../item-metrics.ts'
import { metricValues } from '../metric-values.ts'
import { metricsReport } from '../metrics-report.ts'
import { keyFrequencies, sumSpectrum } from './fourier.ts'
import { scoreFrequencies, scorePairs, type TrainingPairs } from './score.ts'

const metrics = {
  accuracy: { unit: 'proportion', description: 'Share of all p² pairs answered with (a + b) mod p' },
  loss: { unit: 'nats', description: 'Mean −ln probability of (a + b) mod p over all pairs' },
  'train-accuracy': { unit: 'proportion', description: 'Share of the training pairs answered as they were given' },
  'train-loss': { unit: 'nats', description: 'Mean −ln probability of the given answers of the training pairs' },
  'test-accuracy': { unit: 'proportion', description: 'Share of the pairs not trained on answered by the rule' },
  'test-loss': { unit: 'nats', description: 'Mean −ln probability of the rule’s answer over those pairs' },
  memorised: { unit: 'proportion', description: 'Share of training pairs with a random answer that get that answer' },
  'rule-on-memorised': { unit: 'proportion', description: 'Share of those pairs that get the rule’s answer instead' },
  'restricted-loss': {
    unit: 'nats',
    description: 'Loss over all pairs of the logits with only their mean and the key frequencies of a + b',
  },
  'excluded-loss': {
    unit: 'nats',
    description: 'Loss on the training pairs, or all, of the logits without the key frequencies',
  },
  'key-power': { unit: 'proportion', description: 'Share of the logits’ variance over pairs in the key frequencies' },
} as const satisfies MetricTable

const params = Type.Object({
  modulus: Type.Integer({ minimum: 2, maximum: 1000, default: 113, description: 'p' }),
  equals: Type.Optional(
    Type.Boolean({
      description:
        'Whether the token p follows a and b. Left out: as the network’s input says (three positions, or p + 1 tokens)',
    }),
  ),
  frequencies: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: 500, description: 'k of cos(2πk(a + b)/p)' }), {
      minItems: 1,
      maxItems: 500,
      description: 'The key frequencies. Left out: found in `reference`, or in each model itself',
    }),
  ),
  power: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.9,
    description:
      'Key frequencies are the fewest that hold this share of what all frequencies of a + b hold in the logits',
  }),
})

/** Addition modulo p on every pair there is: nothing is sampled, so a value has no error of its own. */
export const modularAddition = defineStage({
  name: 'modular-addition',
  version: 1,
  role: 'experiment',
  summary:
    'Addition modulo p on all pairs: accuracy, loss, memorised answers, restricted and excluded loss by Fourier components',
  source: 'Nanda et al. 2023, "Progress measures for grokking" (arXiv 2301.05217)',
  seeded: false,
  params,
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The network, or draws of it' },
    train: {
      accepts: ['examples'],
      optional: true,
      description: 'The pairs it was trained on; the metrics of training, test and memorised pairs need it',
    },
    reference: {
      accepts: ['model'],
      optional: true,
      description: 'The network whose key frequencies are used for every member: the finished one of a training run',
    },
  },
  outputs: {
    metrics: { type: 'metrics', description: `Metrics ${Object.keys(metrics).join(', ')}` },
    frequencies: {
      type: 'record',
      description: 'Key frequencies of each model, and the share of variance of every frequency',
    },
  },
  metrics,
  run: async ({ with: options, inputs, ctx }) => {
    const { modulus } = options
    const training = await trainingPairs(inputs['train'], modulus)
    const fixed = options.frequencies ?? (await referenceKeys(inputs['reference'], options, ctx))
    const beyond = fixed?.find((k) => k > modulus / 2)
    if (beyond !== undefined)
      throw new StageError(`frequency ${beyond} is above ${Math.floor(modulus / 2)}, the highest modulo ${modulus}`)
    const readings = await readNetworks(inputs['model'], ctx, async (network) => {
      const logits = await pairLogits(network, options)
      const spectrum = sumSpectrum(logits, modulus)
      const keys = fixed ?? keyFrequencies(spectrum, options.power)
      const scored = { logits, modulus, training }
      const shares = Array.from(spectrum.power, (power) => (spectrum.variance > 0 ? power / spectrum.variance : 0))
      return { scores: { ...scorePairs(scored), ...scoreFrequencies(scored, spectrum, keys) }, keys, shares }
    })
    const itemsOf = (metric: string): number =>
      training !== undefined && /^(train|memorised|rule-on|excluded)/.test(metric)
        ? training.places.length
        : modulus ** 2
    const scores = readings.map(({ member, reading }) => ({ member, reading: reading.scores }))
    const models = readings.map(({ member, reading: { keys, shares } }) => ({
      file: member.file,
      step: member.step,
      keys,
      shares,
    }))
    return { metrics: { value: metricValues(metrics, scores, itemsOf) }, frequencies: { value: { modulus, models } } }
  },
  report: (finished) => [...metricsReport(finished), ...reportOf(finished)],
})

interface Options {
  readonly modulus: number
  readonly equals?: boolean
  readonly power: number
}

async function referenceKeys(
  reference: StageInput | undefined,
  options: Options,
  ctx: StageContext,
): Promise<number[] | undefined> {
  if (reference === undefined) return undefined
  const [first] = await readNetworks(reference, ctx, async (network) =>
    keyFrequencies(sumSpectrum(await pairLogits(network, options), options.modulus), options.power),
  )
  return first?.reading
}

/** Logits of every pair, in order. Throws StageError for a network that does not read pairs modulo p. */
async function pairLogits(network: OpenNetwork, { modulus, equals }: Options): Promise<ClassLogits> {
  const [port] = network.network.inputs.values()
  const positions = port?.shape[1]
  const logits = await classLogits(
    network,
    allPairs(modulus, equals ?? (positions === 3 || (positions === 'length' && port?.below === modulus + 1))),
  )
  if (logits.classes < modulus)
    throw new StageError(`the network answers with ${logits.classes} classes, fewer than the modulus ${modulus}`)
  return logits
}

/** Places of the training pairs. Throws StageError for examples that are not pairs modulo p, or a pair that is there twice. */
async function trainingPairs(input: StageInput | undefined, p: number): Promise<TrainingPairs | undefined> {
  if (input?.path === undefined) return undefined
  const { inputs, examples, targets } = await readExamples(input.path)
  const width = inputs.length / examples
  if (!(inputs instanceof Int32Array) || targets.kind !== 'class' || (width !== 2 && width !== 3))
    throw new StageError(
      'the training examples are not pairs of token numbers',
      'Make them with modular-addition-data, or examples with modulus.',
    )
  const places = Int32Array.from({ length: examples }, (_, i) => inputs[i * width]! * p + inputs[i * width + 1]!)
  const wrong = Array.from({ length: examples }, (_, i) => i).find(
    (i) => inputs[i * width]! >= p || inputs[i * width + 1]! >= p || targets.data[i]! >= p,
  )
  if (wrong !== undefined)
    throw new StageError(
      `training pair ${wrong} is (${inputs[wrong * width]}, ${inputs[wrong * width + 1]}) → ${targets.data[wrong]}, which is not modulo ${p}`,
    )
  if (new Set(places).size < examples) throw new StageError('a pair is among the training examples twice')
  return { places, answers: targets.data }
}

function reportOf({ outputs }: Finished<unknown>): readonly ReportBlock[] {
  const found = outputs['frequencies']
  const { models } = (found && 'value' in found ? found.value : { models: [] }) as unknown as {
    readonly models: readonly {
      readonly file: string
      readonly keys: readonly number[]
      readonly shares: readonly number[]
    }[]
  }
  const rows = models.slice(0, 50).map(({ file, keys, shares }) => [
    file,
    keys
      .slice(0, 10)
      .map((k) => `${k} (${(100 * (shares[k - 1] ?? 0)).toFixed(1)} %)`)
      .join(', ') + (keys.length > 10 ? ` and ${keys.length - 10} more` : ''),
  ])
  return [
    {
      type: 'table',
      title: 'Key frequencies and the share of the logits’ variance in each',
      columns: ['weights', 'frequencies'],
      rows,
    },
  ]
}
