import { join } from 'node:path'
import type { LanguageModel } from '../../engine/model/language-model.ts'
import type { StoredTensor } from '../../engine/model/safetensors.ts'
import type { StageInput, StageOutput } from '../../stage/artifact.ts'
import type { MetricSamples } from '../../stage/metrics.ts'
import type { OutputPort } from '../../stage/stage-kind.ts'
import { StageError, type StageContext } from '../../stage/stage-context.ts'
import { readSeries, samplesOf, type Member } from '../series.ts'
import { meanOf } from './prompts.ts'

/** What an experiment measures of each example, by name. */
export type MetricTable = Readonly<
  Record<string, { readonly unit: MetricSamples['unit']; readonly description: string }>
>

/** Each metric of each example of one model, in the same order for all metrics. */
export type ItemValues<M extends MetricTable> = { readonly [name in keyof M]: ArrayLike<number> }

/** The two outputs of an experiment over examples: the means, and what they are means of. */
export const itemOutputs = (metrics: MetricTable): Readonly<Record<'metrics' | 'items', OutputPort>> => ({
  metrics: { type: 'metrics', description: `Metrics ${Object.keys(metrics).join(', ')}` },
  items: {
    type: 'readings',
    description:
      'Metrics of each example, so that a claim can be examined again: safetensors, a tensor [models, examples] a ' +
      'metric, and `chain`, `draw`, `step` [models]',
  },
})

/**
 * Measures every model of a series by example. Throws StageError for a model that cannot be opened, or gives a value
 * that is not a number.
 */
export async function measureItems<M extends MetricTable>(
  { model, metrics }: { readonly model: StageInput | undefined; readonly metrics: M },
  ctx: StageContext,
  read: (model: LanguageModel, member: Member) => Promise<ItemValues<M>>,
): Promise<Record<'metrics' | 'items', StageOutput>> {
  return itemResults(metrics, ctx, await readSeries(model, ctx, read))
}

/** The outputs of {@link itemOutputs} from what was read of each model of a series. */
export async function itemResults<M extends MetricTable>(
  metrics: M,
  ctx: StageContext,
  readings: readonly { readonly member: Member; readonly reading: ItemValues<M> }[],
): Promise<Record<'metrics' | 'items', StageOutput>> {
  const names: readonly (keyof M & string)[] = Object.keys(metrics)
  const items = readings[0]?.reading[names[0] ?? '']?.length ?? 0
  if (items === 0) throw new StageError('there is no example to measure')
  const samples = names.map((name) => {
    const means = readings.map(({ member, reading }) => ({ member, reading: meanOf(Array.from(reading[name])) }))
    return [name, samplesOf(means, { unit: metrics[name]!.unit, items })] as const
  })
  const { writeSafetensors } = await import('../../engine/model/safetensors.ts')
  const path = join(ctx.out, 'items.safetensors')
  const shape = [readings.length, items]
  const of = (pick: (member: Member) => number): Int32Array => Int32Array.from(readings, ({ member }) => pick(member))
  const models = [readings.length]
  const tensors = new Map<string, StoredTensor>()
  for (const name of names) tensors.set(name, { dtype: 'F32', shape, data: rows(readings, name, items) })
  tensors.set('chain', { dtype: 'I32', shape: models, data: of(({ chain }) => chain) })
  tensors.set('draw', { dtype: 'I32', shape: models, data: of(({ draw }) => draw) })
  tensors.set('step', { dtype: 'I32', shape: models, data: of(({ step }) => step) })
  await writeSafetensors(path, tensors)
  const means = Object.fromEntries(samples.map(([name, one]) => [name, { ...one }]))
  return { metrics: { value: { metrics: means } }, items: { path } }
}

function rows<M extends MetricTable>(
  readings: readonly { readonly reading: ItemValues<M> }[],
  name: keyof M,
  items: number,
): Float32Array {
  const all = new Float32Array(readings.length * items)
  readings.forEach(({ reading }, i) => {
    all.set(Array.from(reading[name]), i * items)
  })
  return all
}
