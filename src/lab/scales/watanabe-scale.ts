import { Type } from '@sinclair/typebox'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage, type Finished } from '../../stage/stage-kind.ts'
import { readDataset } from '../datasets/dataset.ts'

/** The finest scale that can mean anything: under it, one example more or less in the training text counts. */
export const watanabeScale = defineStage({
  name: 'watanabe-scale',
  version: 1,
  role: 'scale',
  summary:
    'The Watanabe scale log n / n of a training set: a floor under which single examples count, and nβ = n / ln n',
  source: 'Watanabe 2013, "A widely applicable Bayesian information criterion" (JMLR 14)',
  example: 'data: some-dataset',
  oneOf: [['n', 'data']],
  seeded: false,
  params: Type.Object({
    n: Type.Optional(
      Type.Number({
        minimum: 3,
        description: 'Examples (or tokens) that the model was trained on; or give `data`',
      }),
    ),
    count: Type.Union([Type.Literal('tokens'), Type.Literal('sequences')], {
      default: 'tokens',
      description: 'What n counts where it is read from `data`: tokens that are predicted, or sequences',
    }),
  }),
  inputs: {
    data: { accepts: ['dataset'], optional: true, description: 'What the model was trained on; n is counted there' },
  },
  outputs: {
    loss: { type: 'number', description: 'The floor ln n / n, nats per example' },
    nbeta: { type: 'number', description: 'nβ = n / ln n, the inverse temperature at which WBIC and λ̂ are defined' },
    n: { type: 'number', description: 'Examples' },
  },
  run: async ({ with: { n, count }, inputs }) => {
    const data = inputs['data']?.path === undefined ? undefined : await readDataset(inputs['data'].path)
    if ((n === undefined) === (data === undefined))
      throw new StageError('n must be given once', 'Give either n: NUMBER or data: DATASET.')
    const counted = data && (count === 'tokens' ? data.mask.reduce((sum, bit) => sum + bit, 0) : data.sequences)
    const examples = n ?? counted ?? 0
    if (examples < 3)
      throw new StageError(`the data has ${examples} ${count}: of fewer than three, ln n / n says nothing`)
    return {
      loss: { value: Math.log(examples) / examples },
      nbeta: { value: examples / Math.log(examples) },
      n: { value: examples },
    }
  },
  report: (finished) => [block(finished)],
})

function block({ outputs }: Finished<unknown>): ReportBlock {
  const value = (name: string): number =>
    Number(outputs[name] && 'value' in outputs[name] ? outputs[name].value : Number.NaN)
  return {
    type: 'text',
    title: 'Watanabe scale',
    lines: [
      `ln n / n = ${value('loss').toPrecision(4)} nats for n = ${value('n')}: differences smaller than this may be one example; a floor, not a target`,
      `nβ = n / ln n = ${value('nbeta').toPrecision(4)}`,
    ],
  }
}
