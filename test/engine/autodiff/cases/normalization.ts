import type { Case } from './case.ts'
import { having } from './case.ts'

const layers = [-1, 1, 2, 0].flatMap((axis) =>
  [true, false].map((isBiased): Case => {
    const tail = [2, 3, 4].slice(axis < 0 ? axis + 3 : axis)
    return {
      op: 'LayerNormalization',
      title: `LayerNormalization, axis ${axis}${isBiased ? '' : ', no bias'}`,
      shapes: [[2, 3, 4], tail, ...(isBiased ? [tail] : [])],
      build: (g, x) => g.add('LayerNormalization', x, having({ axis, epsilon: 1e-3 })),
    }
  }),
)
const withStatistics: Case = {
  op: 'LayerNormalization',
  title: 'LayerNormalization that is asked for its statistics',
  shapes: [[2, 5], [5], [5]],
  build: (g, x) => g.addMany('LayerNormalization', x, { ...having({ axis: -1, epsilon: 1e-5 }), outputs: 3 })[0]!,
}
const rms = [-1, 1].map((axis): Case => ({
  op: 'SimplifiedLayerNormalization',
  title: `SimplifiedLayerNormalization, axis ${axis}`,
  shapes: [[2, 3, 4], [2, 3, 4].slice(axis)],
  build: (g, x) => g.addMany('SimplifiedLayerNormalization', x, { ...having({ axis, epsilon: 1e-3 }), outputs: 2 })[0]!,
}))
const batch = [[], [4], [2, 3], [2, 1, 2]].map((spatial): Case => ({
  op: 'BatchNormalization',
  title: `BatchNormalization in inference, [2,3${spatial.map((size) => `,${size}`).join('')}]`,
  shapes: [[2, 3, ...spatial], [3], [3], [3], [3]],
  values: 'positive',
  build: (g, x) => g.add('BatchNormalization', x, having({ epsilon: 1e-3 })),
}))
const instance = [[4], [2, 3]].map((spatial): Case => ({
  op: 'InstanceNormalization',
  title: `InstanceNormalization [${spatial.join()}]`,
  shapes: [[2, 3, ...spatial], [3], [3]],
  build: (g, x) => g.add('InstanceNormalization', x, having({ epsilon: 1e-3 })),
}))
const group = [
  { groups: 2, of: 2 },
  { groups: 1, of: 1 },
].map(({ groups, of }): Case => ({
  op: 'GroupNormalization',
  title: `GroupNormalization in ${groups} groups, ${of} scales`,
  shapes: [[2, 4, 3], [of], [of]],
  build: (g, x) => g.add('GroupNormalization', x, having({ num_groups: groups, epsilon: 1e-3 })),
}))
const response = [1, 3, 5].map((size): Case => ({
  op: 'LRN',
  title: `LRN over ${size} channels`,
  shapes: [[2, 4, 2, 1]],
  build: (g, [x]) => g.add('LRN', [x!], having({ size, alpha: 0.3, beta: 0.75, bias: 1.5 })),
}))
const unit = [1, 2].flatMap((p) =>
  [0, -1].map((axis): Case => ({
    op: 'LpNormalization',
    title: `LpNormalization, p ${p}, axis ${axis}`,
    shapes: [[3, 4]],
    build: (g, [x]) => g.add('LpNormalization', [x!], having({ p, axis })),
  })),
)
const standard = [undefined, [1], [0, 1]].map((axes): Case => ({
  op: 'MeanVarianceNormalization',
  title: `MeanVarianceNormalization, axes ${axes?.join() ?? 'not given'}`,
  shapes: [[2, 3, 2, 2]],
  build: (g, [x]) => g.add('MeanVarianceNormalization', [x!], having(axes === undefined ? {} : { axes })),
}))

const labels = { flat: { values: [2, 0, 1, 1], shape: [4] }, spatial: { values: [2, 0, 1, 1, 0, 2], shape: [2, 3] } }
const losses = (['mean', 'sum', 'none'] as const).flatMap((reduction) =>
  [undefined, 1].flatMap((ignored) =>
    [false, true].flatMap((isWeighted) =>
      (['flat', 'spatial'] as const).map(
        (form): Omit<Case, 'op'> & { given: Parameters<typeof having>[0]; isWeighted: boolean; form: typeof form } => ({
          title: `${reduction}, ${form} labels${isWeighted ? ', class weights' : ''}${ignored === undefined ? '' : ', one ignored'}`,
          shapes: [form === 'flat' ? [4, 3] : [2, 3, 3]],
          build: () => {
            throw new Error('built below')
          },
          given: { reduction, ...(ignored === undefined ? {} : { ignore_index: ignored }) },
          isWeighted,
          form,
        }),
      ),
    ),
  ),
)
const loss = (['SoftmaxCrossEntropyLoss', 'NegativeLogLikelihoodLoss'] as const).flatMap((op) =>
  losses.map(({ title, shapes, given, isWeighted, form }, i): Case => ({
    op,
    title: `${op}: ${title}`,
    shapes,
    build: (g, [x]) => {
      const { values, shape } = labels[form]
      const inputs = [x!, g.constant(i % 2 === 0 ? 'int64' : 'int32', values, shape)]
      return g.add(op, isWeighted ? [...inputs, g.constant(x!.type, [0.5, 2, 1.25])] : inputs, having(given))
    },
  })),
)
const probabilities: Case = {
  op: 'SoftmaxCrossEntropyLoss',
  title: 'SoftmaxCrossEntropyLoss, loss and log probabilities both used',
  shapes: [[4, 3]],
  build: (g, [x]) => {
    const made = g.addMany('SoftmaxCrossEntropyLoss', [x!, g.ints([0, 2, 1, 1])], { ...having({}), outputs: 2 })
    return g.add('Mul', made)
  },
}

export const normalization: readonly Case[] = [
  ...layers,
  withStatistics,
  ...rms,
  ...batch,
  ...instance,
  ...group,
  ...response,
  ...unit,
  ...standard,
  ...loss,
  probabilities,
]
