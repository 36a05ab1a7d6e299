import { axisOf } from '../broadcast.ts'
import { sizeOf } from '../graph.ts'
import { floatAttribute, intAttribute } from '../ops.ts'
import type { ModernNode, Rewrite } from './modern-node.ts'

const step = (op: string, inputs: string[], output: string): ModernNode => ({
  op,
  inputs,
  outputs: [output],
  attributes: {},
})

/** The two forms (18: a scale for each group, 21: for each channel) written out over a known shape. */
const groupNormalization: Rewrite = (use) => {
  const { node, typeOf, ints, floats, fresh, refuse } = use
  const [x, scale] = [typeOf(0), typeOf(1)]
  if (x === undefined || scale === undefined) return refuse('the shape of its input is not known')
  const groups = intAttribute(node.attributes, 'num_groups', 0)
  const [batch, channels, ...rest] = x.shape
  if (batch === undefined || channels === undefined || groups < 1 || channels % groups !== 0)
    return refuse(`${groups} groups do not fit [${x.shape.join(', ')}]`)
  const [mean, centred, square, variance, shifted, root] = [fresh(), fresh(), fresh(), fresh(), fresh(), fresh()]
  const [grouped, normal, fitted, scaled, shaped] = [fresh(), fresh(), fresh(), fresh(), fresh()]
  const [weight, bias] = [fresh(), fresh()]
  const perGroup = use.opset < 21
  const ones = rest.map(() => 1)
  const whole = ints(x.shape)
  const parts = ints([batch, groups, sizeOf(x.shape) / (batch * groups)])
  const factors = ints(perGroup ? [1, groups, 1] : [1, channels, ...ones])
  const epsilon = floats([floatAttribute(node.attributes, 'epsilon', 1e-5)], x.type, [])
  const affine = perGroup ? normal : fitted
  return [
    step('Reshape', [node.inputs[0]!, parts], grouped),
    step('ReduceMean', [grouped, ints([2])], mean),
    step('Sub', [grouped, mean], centred),
    step('Mul', [centred, centred], square),
    step('ReduceMean', [square, ints([2])], variance),
    step('Add', [variance, epsilon], shifted),
    step('Sqrt', [shifted], root),
    step('Div', [centred, root], normal),
    ...(perGroup ? [] : [step('Reshape', [normal, whole], fitted)]),
    step('Reshape', [node.inputs[1]!, factors], weight),
    step('Reshape', [node.inputs[2]!, factors], bias),
    step('Mul', [affine, weight], scaled),
    step('Add', [scaled, bias], perGroup ? shaped : node.outputs[0]!),
    ...(perGroup ? [step('Reshape', [shaped, whole], node.outputs[0]!)] : []),
  ]
}

/**
 * In double precision it is written out: onnxruntime keeps mean and deviation in single precision, and its gradient needs
 * them.
 */
const layerNormalization: Rewrite = (use) => {
  const x = use.typeOf(0)
  if (x?.type !== 'float64' || use.node.inputs.length < 2) return undefined
  const { node, ints, floats, fresh } = use
  const axis = axisOf(intAttribute(node.attributes, 'axis', -1), x.shape.length)
  const axes = ints(x.shape.flatMap((_, i) => (i >= axis ? [i] : [])))
  const epsilon = floats([floatAttribute(node.attributes, 'epsilon', 1e-5)], x.type, [])
  const [centred, square, variance, shifted, root, normal] = [fresh(), fresh(), fresh(), fresh(), fresh(), fresh()]
  const [y, mean = '', deviation = ''] = node.outputs
  const [average, inverse, scaled] = [mean || fresh(), deviation || fresh(), fresh()]
  const bias = node.inputs[2] ?? ''
  return [
    step('ReduceMean', [node.inputs[0]!, axes], average),
    step('Sub', [node.inputs[0]!, average], centred),
    step('Mul', [centred, centred], square),
    step('ReduceMean', [square, axes], variance),
    step('Add', [variance, epsilon], shifted),
    step('Sqrt', [shifted], root),
    step('Reciprocal', [root], inverse),
    step('Mul', [centred, inverse], normal),
    step('Mul', [normal, node.inputs[1]!], bias === '' ? y! : scaled),
    ...(bias === '' ? [] : [step('Add', [scaled, bias], y!)]),
  ]
}

/** Normalizations that have no one form: written out in the operators they consist of. */
export const rewritesOfNormalizations: Readonly<Record<string, Rewrite>> = {
  GroupNormalization: groupNormalization,
  LayerNormalization: layerNormalization,
}
