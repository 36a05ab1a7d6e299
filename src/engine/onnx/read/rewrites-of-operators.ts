import { axisOf } from '../broadcast.ts'
import type { Attribute, Attributes } from '../graph.ts'
import { sizeOf } from '../graph.ts'
import { elementCode } from '../codec.ts'
import { intAttribute } from '../ops.ts'
import type { ModernNode, Rewrite, Rewriting } from './modern-node.ts'
import { changed, without } from './modern-node.ts'

/** Operators that changed their meaning, were renamed, or take any number of inputs where the engine takes two. */

/** Until 12, the axes from `axis` on counted as one. */
const softmax: Rewrite = (use) => {
  const { node, opset, typeOf, fresh, ints } = use
  if (opset >= 13) return undefined
  const shape = typeOf(0)?.shape
  const axis = intAttribute(node.attributes, 'axis', 1)
  if (shape !== undefined && axisOf(axis, shape.length) === shape.length - 1)
    return [changed(node, { attributes: { axis: { int: -1 } } })]
  const [flat, result] = [fresh(), fresh()]
  const soft = { op: node.op, inputs: [flat], outputs: [result], attributes: { axis: { int: -1 } } }
  const back = { op: 'Reshape', outputs: node.outputs, attributes: {} }
  if (shape !== undefined) {
    const rows = sizeOf(shape.slice(0, axisOf(axis, shape.length)))
    const columns = sizeOf(shape.slice(axisOf(axis, shape.length)))
    const inputs = [node.inputs[0]!, ints([rows, columns])]
    const flatten = { op: 'Reshape', inputs, outputs: [flat], attributes: {} }
    return [flatten, soft, { ...back, inputs: [result, ints(shape)] }]
  }
  const known = fresh()
  return [
    { op: 'Shape', inputs: [node.inputs[0]!], outputs: [known], attributes: {} },
    { op: 'Flatten', inputs: [node.inputs[0]!], outputs: [flat], attributes: { axis: { int: axis } } },
    soft,
    { ...back, inputs: [result, known] },
  ]
}

/** op(op(a, b), c) … for the operators that take any number of inputs; one input is itself. */
const inPairs =
  (op: string): Rewrite =>
  ({ node, fresh }) => {
    if (op === node.op && node.inputs.length === 2) return undefined
    return chain({ op, inputs: node.inputs, output: node.outputs[0]! }, fresh)
  }

interface Chain {
  readonly op: string
  readonly inputs: readonly string[]
  readonly output: string
}
function chain({ op, inputs, output }: Chain, fresh: () => string): ModernNode[] {
  if (inputs.length === 1) return [{ op: 'Identity', inputs, outputs: [output], attributes: {} }]
  const nodes: ModernNode[] = []
  let last = inputs[0]!
  inputs.slice(1).forEach((x, i) => {
    const made = i === inputs.length - 2 ? output : fresh()
    nodes.push({ op, inputs: [last, x], outputs: [made], attributes: {} })
    last = made
  })
  return nodes
}

const mean: Rewrite = ({ node, fresh, floats, typeOf }) => {
  const total = fresh()
  const count = floats([node.inputs.length], typeOf(0)?.type ?? 'float32', [])
  return [
    ...chain({ op: 'Add', inputs: node.inputs, output: total }, fresh),
    { op: 'Div', inputs: [total, count], outputs: node.outputs, attributes: {} },
  ]
}

/** Until 10, sizes were rounded down and positions scaled from the corner. */
const resize: Rewrite = (use) => {
  const { node, opset, floats } = use
  if (node.op === 'Resize' && opset >= 11) return roundedSizes(use)
  const attributes: Record<string, Attribute> = {
    ...without(node.attributes, 'scales'),
    coordinate_transformation_mode: { string: 'asymmetric' },
    nearest_mode: { string: 'floor' },
  }
  const mode = attributes['mode']
  if (mode !== undefined && 'string' in mode && mode.string.includes('linear'))
    attributes['mode'] = { string: 'linear' }
  const given = node.attributes['scales']
  const scales = given !== undefined && 'floats' in given ? floats(given.floats, 'float32') : node.inputs[1]!
  return [changed(node, { op: 'Resize', inputs: [node.inputs[0]!, '', scales], attributes })]
}

/**
 * 10 · .7 is 7 to onnxruntime's kernel and a little less to its shape inference, which then refuses the graph. Where it
 * comes to that, sizes say the same as scales.
 */
function roundedSizes({ node, typeOf, constantOf, ints }: Rewriting): readonly ModernNode[] | undefined {
  const [shape, given] = [typeOf(0)?.shape, constantOf(2)?.data]
  if (shape === undefined || given?.length !== shape.length || node.attributes['axes'] !== undefined) return undefined
  const scales = Array.from(given, Number)
  const sizes = shape.map((size, i) => Math.floor(Math.fround(size * scales[i]!)))
  const isPlain = shape.every((size, i) => sizes[i] === Math.floor(size * scales[i]!))
  const isSame = shape.every((size, i) => Math.fround(sizes[i]! / size) === Math.fround(scales[i]!))
  if (isPlain || !isSame) return undefined
  return [changed(node, { inputs: [node.inputs[0]!, node.inputs[1] ?? '', '', ints(sizes)] })]
}

const batchNormalization: Rewrite = ({ node, opset, refuse }) => {
  if (opset < 9 && intAttribute(node.attributes, 'spatial', 1) === 0) refuse('spatial = 0 is not supported')
  if (opset >= 14) return undefined
  if (node.outputs.slice(1).some((y) => y !== ''))
    refuse('it is in its training form, which older files give no statistics for')
  const attributes = without(node.attributes, 'spatial', 'momentum')
  return [changed(node, { outputs: node.outputs.slice(0, 1), attributes })]
}

/** Half precision is read as float32, also where it is cast to. */
const cast: Rewrite = ({ node }) => {
  const to = intAttribute(node.attributes, 'to', 0)
  const attributes: Attributes = { to: { int: to === 10 || to === 16 ? 1 : to } }
  return [changed(node, { attributes })]
}
const castLike: Rewrite = ({ node, typeOf }) => {
  const like = typeOf(1)?.type
  if (like === undefined) return undefined
  const attributes: Attributes = { to: { int: elementCode[like] } }
  return [changed(node, { op: 'Cast', inputs: [node.inputs[0]!], attributes })]
}
/** `dtype` of EyeLike and the random operators. */
const ofType: Rewrite = ({ node }) => {
  const type = intAttribute(node.attributes, 'dtype', 1)
  if (type !== 10 && type !== 16) return undefined
  return [changed(node, { attributes: { ...node.attributes, dtype: { int: 1 } } })]
}

const gridSample: Rewrite = ({ node, opset }) => {
  const mode = node.attributes['mode']
  if (opset >= 20 || mode === undefined || !('string' in mode)) return undefined
  return [changed(node, { attributes: { ...node.attributes, mode: { string: mode.string.replace(/^bi/, '') } } })]
}

const scan: Rewrite = (use: Rewriting) =>
  use.opset < 9 ? use.refuse('Scan of operator set 8 works on batches, which is not supported') : undefined

export const rewritesOfOperators: Readonly<Record<string, Rewrite>> = {
  Softmax: softmax,
  LogSoftmax: softmax,
  Hardmax: softmax,
  Sum: inPairs('Add'),
  Max: inPairs('Max'),
  Min: inPairs('Min'),
  Mean: mean,
  Upsample: resize,
  Resize: resize,
  Scatter: ({ node }) => [changed(node, { op: 'ScatterElements' })],
  BatchNormalization: batchNormalization,
  Cast: cast,
  CastLike: castLike,
  EyeLike: ofType,
  RandomNormal: ofType,
  RandomNormalLike: ofType,
  RandomUniform: ofType,
  RandomUniformLike: ofType,
  GridSample: gridSample,
  Scan: scan,
}
