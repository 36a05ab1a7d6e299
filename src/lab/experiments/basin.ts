import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { OpenNetwork } from '../../engine/model/open-network.ts'
import type { ArtifactRef } from '../../stage/artifact.ts'
import type { Metrics, MetricSamples } from '../../stage/metrics.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readDataset } from '../datasets/dataset.ts'
import { firstSequences } from '../datasets/first-sequences.ts'
import { checkSameTokenizer } from '../datasets/tokenizer-digest.ts'
import { checkFits } from '../scales/sequence-losses.ts'
import { asStageError, readMembers, samplesOf, type Member, type Reading } from '../series.ts'
import { estimate } from '../statistics/estimate.ts'
import { stepTable } from './step-table.ts'
import { comparePoints } from './compare-points.ts'

const metrics = {
  barrier: {
    unit: 'nats/token',
    description: 'Highest rise of the loss over the straight line between both ends’ losses; 0 where there is none',
  },
  kl: { unit: 'nats/token', description: 'KL(original ‖ degraded) of the next token' },
  reverseKl: { unit: 'nats/token', description: 'KL(degraded ‖ original) of the next token' },
  distance: { unit: 'dimensionless', description: 'Euclidean distance of the weights' },
  relativeDistance: { unit: 'dimensionless', description: 'The same as a fraction of the original’s length ‖w₀‖' },
} as const satisfies Record<string, { unit: MetricSamples['unit']; description: string }>
type Metric = keyof typeof metrics

/** Is a degraded model still the same one, only rougher? */
export const basin = defineStage({
  name: 'basin',
  version: 1,
  role: 'experiment',
  summary:
    'How far a degraded model is from the original: loss barrier on the line between them, KL both ways, distance',
  source: 'Entezari et al. 2022 (arXiv 2110.06296), equation 1; Frankle et al. 2020 (arXiv 1912.05671)',
  example: ['model: some-ensemble', 'original: some-model', 'data: some-dataset'].join('\n'),
  seeded: false,
  params: Type.Object({
    points: Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 7,
      description: 'Points of the line between the two ends, equally spaced, at which the loss is measured',
    }),
    evaluate: Type.Integer({
      minimum: 2,
      maximum: 1_000_000,
      default: 64,
      description: 'Sequences of `data` to use, from the start',
    }),
  }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The degraded model, or draws of it' },
    original: { accepts: ['model'], description: 'The model that was degraded' },
    data: { accepts: ['dataset'], description: 'Text on which loss and KL are measured' },
  },
  outputs: { metrics: { type: 'metrics', description: `Metrics ${Object.keys(metrics).join(', ')}` } },
  metrics,
  run: async ({ with: { points, evaluate }, inputs, ctx }) => {
    const [degraded, original] = [inputs['model']?.path ?? '', inputs['original']?.path ?? '']
    const data = firstSequences(await readDataset(inputs['data']?.path ?? ''), evaluate)
    await checkSameTokenizer(data, original)
    const { openNetwork } = await import('../../engine/model/open-network.ts')
    const opened = await asStageError(() => openNetwork(original, { threads: ctx.threads }))
    try {
      const { decoder, type } = opened.network
      if (decoder === undefined) throw new StageError(`a model of type ${type} has no loss on text to compare`)
      checkFits(data, decoder)
      const start = opened.weights.flat.slice()
      const readings: { member: Member; reading: Record<Metric, Reading> }[] = []
      const members = await readMembers(degraded)
      for (const member of members) {
        await loadEnd(opened, join(degraded, member.file))
        const reading = await comparePoints(opened, { start, data, points, signal: ctx.signal })
        readings.push({ member, reading })
        ctx.progress({ fraction: readings.length / members.length, note: `${readings.length} of ${members.length}` })
      }
      return { metrics: { value: { metrics: collect(readings, data.sequences) } } }
    } finally {
      await opened.close()
    }
  },
  report: ({ outputs }) => [block(outputs['metrics'])],
})

async function loadEnd(opened: OpenNetwork, file: string): Promise<void> {
  await asStageError(() => opened.loadWeights(file))
}

const collect = (
  readings: readonly { member: Member; reading: Record<Metric, Reading> }[],
  items: number,
): Record<string, { readonly [K in keyof MetricSamples]: MetricSamples[K] }> =>
  Object.fromEntries(
    (Object.keys(metrics) as Metric[]).map((metric) => [
      metric,
      samplesOf(
        readings.map(({ member, reading }) => ({ member, reading: reading[metric] })),
        { unit: metrics[metric].unit, items },
      ),
    ]),
  )

function block(ref: ArtifactRef | undefined): ReportBlock {
  if (ref === undefined || !('value' in ref)) throw new Error('the stage gives its metrics as a value')
  const found = (ref.value as unknown as Metrics).metrics
  const steps = stepTable('The same basin?', { metrics: found })
  if (steps !== undefined) return steps
  const of = (metric: Metric) => estimate(found[metric]!, 0.05)
  const text = (metric: Metric): string => `${of(metric).mean.toPrecision(3)} ± ${of(metric).se.toPrecision(2)}`
  const { low } = of('barrier')
  return {
    type: 'text',
    title: 'The same basin?',
    lines: [
      low > 0
        ? `no: the loss rises ${text('barrier')} nats/token over the line between the ends, more than 0 at 95 %`
        : `no barrier is seen: the highest rise over the line between the ends is ${text('barrier')} nats/token`,
      `KL original ‖ degraded ${text('kl')}, degraded ‖ original ${text('reverseKl')} nats/token`,
      `distance ${text('distance')}, which is ${(100 * of('relativeDistance').mean).toPrecision(3)} % of the original’s length`,
    ],
  }
}
