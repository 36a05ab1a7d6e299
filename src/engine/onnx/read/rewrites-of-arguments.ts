import { floatAttribute, intAttribute, intsAttribute } from '../ops.ts'
import type { ModernNode, Rewrite, Rewriting } from './modern-node.ts'
import { changed, without } from './modern-node.ts'

/** Attributes that later operator sets turned into inputs. https://github.com/onnx/onnx/blob/main/docs/Changelog.md */

/** `axes` of reductions: an input since `since`. */
const axesToInput =
  (since: number): Rewrite =>
  ({ node, opset, ints }) => {
    const axes = intsAttribute(node.attributes, 'axes')
    if (opset >= since || axes === undefined) return undefined
    return [changed(node, { inputs: [node.inputs[0]!, ints(axes)], attributes: without(node.attributes, 'axes') })]
  }

/** Squeeze without axes drops those of size 1: said outright where the shape is known. */
const squeeze: Rewrite = (use) => {
  const old = axesToInput(13)(use)
  if (old !== undefined || (use.node.inputs[1] ?? '') !== '') return old
  const shape = use.typeOf(0)?.shape
  if (shape === undefined) return undefined
  const axes = shape.flatMap((size, i) => (size === 1 ? [i] : []))
  return [changed(use.node, { inputs: [use.node.inputs[0]!, use.ints(axes)] })]
}

/** Sizes of the parts, always as an input; left out, the parts are equal but for a smaller last one. */
const split: Rewrite = ({ node, typeOf, ints }) => {
  if ((node.inputs[1] ?? '') !== '') return undefined
  const attributes = without(node.attributes, 'split', 'num_outputs')
  const given = intsAttribute(node.attributes, 'split')
  const shape = typeOf(0)?.shape
  if (given === undefined && shape === undefined)
    return [changed(node, { attributes: { ...attributes, num_outputs: { int: node.outputs.length } } })]
  const size = shape?.at(intAttribute(attributes, 'axis', 0)) ?? 0
  const part = Math.ceil(size / node.outputs.length)
  const parts = given ?? node.outputs.map((_, i) => Math.max(0, Math.min(part, size - i * part)))
  return [changed(node, { inputs: [node.inputs[0]!, ints(parts)], attributes })]
}

const slice: Rewrite = ({ node, opset, ints, refuse }) => {
  if (opset >= 10) return undefined
  const starts = intsAttribute(node.attributes, 'starts') ?? refuse('it has no starts')
  const ends = intsAttribute(node.attributes, 'ends') ?? refuse('it has no ends')
  const axes = intsAttribute(node.attributes, 'axes') ?? starts.map((_, i) => i)
  return [changed(node, { inputs: [node.inputs[0]!, ints(starts), ints(ends), ints(axes)], attributes: {} })]
}

const pad: Rewrite = ({ node, opset, ints, floats, typeOf, refuse }) => {
  if (opset >= 11) return undefined
  const pads = intsAttribute(node.attributes, 'pads') ?? refuse('it has no pads')
  const value = floats([floatAttribute(node.attributes, 'value', 0)], typeOf(0)?.type ?? 'float32', [])
  const attributes = without(node.attributes, 'pads', 'value')
  return [changed(node, { inputs: [node.inputs[0]!, ints(pads), value], attributes })]
}

const clip: Rewrite = ({ node, opset, floats, typeOf }) => {
  if (opset >= 11) return undefined
  const bound = (name: string): string => {
    const given = node.attributes[name]
    return given !== undefined && 'float' in given ? floats([given.float], typeOf(0)?.type ?? 'float32', []) : ''
  }
  return [changed(node, { inputs: [node.inputs[0]!, bound('min'), bound('max')], attributes: {} })]
}

const topK: Rewrite = ({ node, opset, ints }) => {
  if (opset >= 10) return undefined
  const k = ints([intAttribute(node.attributes, 'k', 0)])
  return [changed(node, { inputs: [node.inputs[0]!, k], attributes: without(node.attributes, 'k') })]
}

/** Without training, or with nothing dropped, Dropout is the identity; its mask lets everything through. */
const dropout: Rewrite = (use) => {
  const { node, opset } = use
  const isTraining = (node.inputs[2] ?? '') !== '' && use.constantOf(2)?.data[0] !== 0
  const training = isTraining && use.constantOf(1)?.data[0] !== 0
  if (opset >= 12 && training) return undefined
  const [y, mask] = node.outputs
  const same: ModernNode = { op: 'Identity', inputs: [node.inputs[0]!], outputs: [y!], attributes: {} }
  return mask === undefined || mask === '' ? [same] : [same, ...fullMask(use, mask)]
}
function fullMask({ node, fresh, constant }: Rewriting, mask: string): ModernNode[] {
  const shape = fresh()
  const yes = constant({ type: 'bool', shape: [], data: Uint8Array.of(1) })
  return [
    { op: 'Shape', inputs: [node.inputs[0]!], outputs: [shape], attributes: {} },
    { op: 'Expand', inputs: [yes, shape], outputs: [mask], attributes: {} },
  ]
}

/** One axis, an attribute until 19. */
const dft: Rewrite = ({ node, opset, ints }) => {
  if (opset >= 20) return undefined
  const axis = ints([intAttribute(node.attributes, 'axis', 1)], [])
  const inputs = [node.inputs[0]!, node.inputs[1] ?? '', axis]
  return [changed(node, { inputs, attributes: without(node.attributes, 'axis') })]
}

export const rewritesOfArguments: Readonly<Record<string, Rewrite>> = {
  Squeeze: squeeze,
  Unsqueeze: axesToInput(13),
  ReduceSum: axesToInput(13),
  ReduceMean: axesToInput(18),
  ReduceMax: axesToInput(18),
  ReduceMin: axesToInput(18),
  ReduceProd: axesToInput(18),
  ReduceL1: axesToInput(18),
  ReduceL2: axesToInput(18),
  ReduceLogSum: axesToInput(18),
  ReduceLogSumExp: axesToInput(18),
  ReduceSumSquare: axesToInput(18),
  Split: split,
  Slice: slice,
  Pad: pad,
  Clip: clip,
  TopK: topK,
  Dropout: dropout,
  DFT: dft,
}
