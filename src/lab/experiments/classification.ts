import { Type } from '@sinclair/typebox'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { firstExamples, readExamples, type ExampleSet } from '../datasets/example-set.ts'
import { readNetworks } from '../network-series.ts'
import { averaged, type Reading } from '../series.ts'
import { classLogits, scoreClasses } from './class-logits.ts'
import { itemOutputs, itemResults, type MetricTable } from './item-metrics.ts'
import { metricValues } from './metric-values.ts'
import { metricsReport } from './metrics-report.ts'
import { meanOf } from './prompts.ts'

const metrics = {
  accuracy: { unit: 'proportion', description: 'Share of examples whose class has the highest logit' },
  loss: { unit: 'nats', description: 'Mean −ln probability of the class, nats an example' },
  'worst-class': { unit: 'proportion', description: 'Accuracy on the class where it is lowest' },
} as const satisfies MetricTable

/** Classification of given examples, all of them, so that models are compared on the same ones. */
export const classification = defineStage({
  name: 'classification',
  version: 3,
  role: 'experiment',
  summary: 'Classify examples: accuracy, loss, and both for each class',
  seeded: false,
  params: Type.Object({
    limit: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Use only this many examples, from the start. Left out: all' }),
    ),
    output: Type.Optional(
      Type.String({ minLength: 1, description: 'The output that holds the logits. Left out: the network’s first' }),
    ),
  }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The network, or draws of it' },
    data: { accepts: ['examples'], description: 'Examples whose answers are classes' },
  },
  outputs: {
    ...itemOutputs(metrics),
    classes: {
      type: 'record',
      description: 'Examples, accuracy and loss of each class, means over models; of checkpoints those of the last',
    },
  },
  metrics,
  run: async ({ with: { limit, output }, inputs, ctx }) => {
    const all = await readExamples(inputs.data?.path ?? '')
    const set = limit === undefined ? all : firstExamples(all, limit)
    const { targets } = set
    if (targets.kind !== 'class')
      throw new StageError('the answers of these examples are numbers, no classes', 'Read them with answers: class.')
    const readings = await readNetworks(inputs.model, ctx, async (network, member) => {
      const { right, losses } = scoreClasses(await classLogits(network, set, output), targets.data)
      return { member, right, losses }
    })
    const scored = readings.map(({ member, reading: { right } }) => ({
      member,
      reading: { 'worst-class': worstOf(right, targets) },
    }))
    const value = metricValues({ 'worst-class': metrics['worst-class'] }, scored, () => fewestOf(targets))
    const rows = perClass(
      averaged(readings).map(({ reading }) => reading),
      set,
    )
    const items = readings.map(({ member, reading: { right, losses } }) => ({
      member,
      reading: { accuracy: right, loss: losses },
    }))
    const { accuracy, loss } = metrics
    const byItem = await itemResults({ metrics: { accuracy, loss }, sample: true }, ctx, items)
    return {
      metrics: { value: { metrics: { ...byItem.metrics.value.metrics, ...value.metrics } } },
      items: byItem.items,
      classes: { value: { classes: rows } },
    }
  },
  report: metricsReport,
})

interface Classes {
  readonly classes: number
  readonly data: Int32Array
}

/** Places of the examples of each class that has any. */
function placesOf({ classes, data }: Classes): { readonly name: number; readonly places: readonly number[] }[] {
  const places = Array.from({ length: classes }, (): number[] => [])
  data.forEach((answer, i) => places[answer]?.push(i))
  return places.flatMap((list, name) => (list.length === 0 ? [] : [{ name, places: list }]))
}

/** Examples of the smallest class: what the accuracy of the worst one rests on at least. */
const fewestOf = (targets: Classes): number => Math.min(...placesOf(targets).map(({ places }) => places.length))

function worstOf(right: readonly number[], targets: Classes): Reading {
  const each = placesOf(targets).map(({ places }) => meanOf(places.map((place) => right[place] as number)))
  return each.reduce((worst, one) => (one.mean < worst.mean || Number.isNaN(one.mean) ? one : worst))
}

function perClass(
  models: readonly { readonly right: readonly number[]; readonly losses: readonly number[] }[],
  { targets, names }: ExampleSet,
): { class: number | string; examples: number; accuracy: number; loss: number }[] {
  if (targets.kind !== 'class') return []
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  return placesOf(targets).map(({ name, places }) => ({
    class: names?.[name] ?? name,
    examples: places.length,
    accuracy: mean(models.map(({ right }) => mean(places.map((place) => right[place] as number)))),
    loss: mean(models.map(({ losses }) => mean(places.map((place) => losses[place] as number)))),
  }))
}
