import type { Value } from '../../onnx/builder.ts'
import { int } from '../../onnx/builder.ts'
import { sizeOf } from '../../onnx/graph.ts'
import { intAttribute, textAttribute } from '../../onnx/ops/op-use.ts'
import { indicator, product, summed, summedAway, times, upTo } from '../arithmetic.ts'
import type { GradientRule, RuleUse } from '../rule.ts'

interface Labels {
  /** 1 for the label's class and 0 for the others, [N, C, …]. */
  readonly hit: Value
  /** What each label's loss weighs in the total, times the gradient that reached it: [N, 1, …] or a scalar. */
  readonly weight: Value
}

/** Labels as one-hot, with class weights, the label to be ignored and the reduction in one factor. */
function labelled(use: RuleUse, dy: Value): Labels {
  const { g, x, attributes } = use
  const [scores, labels] = [x[0]!, g.add('Unsqueeze', [x[1]!, g.ints([1])])]
  const classes = scores.shape[1]!
  const alongClasses = [classes, ...scores.shape.slice(2).map(() => 1)]
  const hit = indicator(g, g.add('Equal', [labels, g.constant(labels.type, upTo(classes), alongClasses)]), scores)
  const ignored = attributes['ignore_index'] === undefined ? undefined : intAttribute(attributes, 'ignore_index', 0)
  const counts =
    ignored === undefined
      ? undefined
      : indicator(g, g.add('Not', [g.add('Equal', [labels, g.scalar(ignored, labels)])]), scores)
  const own =
    x[2] === undefined ? undefined : summed(g, g.add('Mul', [hit, g.add('Reshape', [x[2], g.ints(alongClasses)])]), [1])
  const weights = [own, counts].filter((one) => one !== undefined)
  const each = weights.length === 0 ? undefined : product(g, weights[0]!, ...weights.slice(1))
  return { hit, weight: reduced(use, dy, each) }
}

/** The gradient of the reduced loss shared out to the labels. */
function reduced({ g, x, attributes }: RuleUse, dy: Value, each: Value | undefined): Value {
  const reduction = textAttribute(attributes, 'reduction', 'mean')
  const given = reduction === 'none' ? g.add('Unsqueeze', [dy, g.ints([1])]) : dy
  const weighted = each === undefined ? given : g.add('Mul', [given, each])
  if (reduction !== 'mean') return weighted
  if (each === undefined) return times(g, 1 / sizeOf(x[1]!.shape), weighted)
  return g.add('Div', [weighted, summedAway(g, each, upTo(each.shape.length))])
}

/** d/dscores of −log softmax at the labels: (softmax − hit)·weight; and of the log probabilities where they are used. */
function crossEntropy(use: RuleUse): (Value | null)[] {
  const { g, x, y, dy } = use
  const axis = { axis: int(1) }
  const softmax = y[1] === undefined ? g.add('Softmax', [x[0]!], { attributes: axis }) : g.add('Exp', [y[1]])
  const parts: Value[] = []
  if (dy[0] != null) {
    const { hit, weight } = labelled(use, dy[0])
    parts.push(g.add('Mul', [g.add('Sub', [softmax, hit]), weight]))
  }
  if (dy[1] != null) parts.push(g.add('Sub', [dy[1], g.add('Mul', [softmax, summed(g, dy[1], [1])])]))
  return [parts.reduce((a, b) => g.add('Add', [a, b])), null]
}

/** Losses over classes on axis 1; their class weights are taken as given. */
export const loss = {
  SoftmaxCrossEntropyLoss: crossEntropy,
  NegativeLogLikelihoodLoss: (use) => {
    const { hit, weight } = labelled(use, use.dy[0]!)
    return [use.g.add('Neg', [use.g.add('Mul', [hit, weight])]), null]
  },
} satisfies Record<string, GradientRule>
