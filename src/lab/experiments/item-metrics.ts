import type { LanguageModel } from '../../engine/model/language-model.ts'
import type { JsonObject } from '../../base/json.ts'
import type { StageInput } from '../../stage/artifact.ts'
import type { MetricSamples } from '../../stage/metrics.ts'
import type { OutputPort } from '../../stage/stage-kind.ts'
import { StageError, type StageContext } from '../../stage/stage-context.ts'
import { readSeries, samplesOf, type Member } from '../series.ts'
import { meanOf } from './prompts.ts'
import { readingsPort, writeReadings } from './write-readings.ts'

/** What an experiment measures of each example, by name. */
export type MetricTable = Readonly<
  Record<string, { readonly unit: MetricSamples['unit']; readonly description: string }>
>

/** Each metric of each example of one model, in the same order for all metrics. */
export type ItemValues<M extends MetricTable> = { readonly [name in keyof M]: ArrayLike<number> }

/** The two outputs of an experiment over examples: the means, and what they are means of. */
export const itemOutputs = (metrics: MetricTable): Readonly<Record<'metrics' | 'items', OutputPort>> => ({
  metrics: { type: 'metrics', description: `Metrics ${Object.keys(metrics).join(', ')}` },
  items: readingsPort('Metrics of each example'),
})

/**
 * Measures every model of a series by example. Throws StageError for a model that cannot be opened, or gives a value
 * that is not a number.
 */
export async function measureItems<M extends MetricTable>(
  { model, metrics, sample }: { readonly model: StageInput | undefined; readonly metrics: M } & Sampled,
  ctx: StageContext,
  read: (model: LanguageModel, member: Member) => Promise<ItemValues<M>>,
): Promise<ItemResults> {
  return itemResults({ metrics, ...(sample && { sample }) }, ctx, await readSeries(model, ctx, read))
}

export type ItemResults = {
  readonly metrics: { readonly value: { readonly metrics: JsonObject } }
  readonly items: { readonly path: string }
}

interface Sampled {
  /** Whether all models are asked the same examples, and those are a sample of what the metrics are about. */
  readonly sample?: boolean
}

/** The outputs of {@link itemOutputs} from what was read of each model of a series. */
export async function itemResults<M extends MetricTable>(
  { metrics, sample = false }: { readonly metrics: M } & Sampled,
  ctx: StageContext,
  readings: readonly { readonly member: Member; readonly reading: ItemValues<M> }[],
): Promise<ItemResults> {
  const names: readonly (keyof M & string)[] = Object.keys(metrics)
  const items = readings[0]?.reading[names[0] ?? '']?.length ?? 0
  if (items === 0) throw new StageError('there is no example to measure')
  const samples = names.map((name) => {
    const means = readings.map(({ member, reading }) => ({ member, reading: meanOf(Array.from(reading[name])) }))
    const shared = sample ? { sharedItemError: sharedError(readings.map(({ reading }) => reading[name])) } : {}
    return [name, samplesOf(means, { unit: metrics[name]!.unit, items, ...shared })] as const
  })
  const kept = readings.map(({ member, reading }) => ({ member, values: reading }))
  const means = Object.fromEntries(samples.map(([name, one]) => [name, { ...one }]))
  return { metrics: { value: { metrics: means } }, items: await writeReadings(ctx, kept) }
}

/** Standard error over items of the mean over models, from each item's own mean over them. */
function sharedError(models: readonly ArrayLike<number>[]): number {
  const means = Array.from(models[0] ?? [], (_, i) => models.reduce((sum, one) => sum + one[i]!, 0) / models.length)
  return meanOf(means).error
}
