import type { ValueType } from '../graph.ts'
import { GraphError } from '../graph.ts'
import type { NodeUse } from './op-use.ts'
import { input, intAttribute, intsAttribute, shown, textAttribute, where } from './op-use.ts'

/** How a window slides along one spatial axis, with padding written out. */
export interface Window {
  /** Elements of the input along the axis. */
  readonly size: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  /** Padding before and after. */
  readonly begin: number
  readonly end: number
  /** Places the window takes: elements of the output. */
  readonly places: number
}

/** Elements a window reaches over. */
export const reach = (kernel: number, dilation: number): number => dilation * (kernel - 1) + 1

/** Attribute of one number an axis. */
function perAxis(use: NodeUse, name: string, otherwise: readonly number[]): readonly number[] {
  const found = intsAttribute(use.attributes, name) ?? otherwise
  if (found.length !== otherwise.length)
    throw new GraphError(`${where(use)}: ${name} ${shown(found)} does not fit ${otherwise.length} spatial axes`)
  return found
}

/** As {@link perAxis}, of numbers of at least 1. */
function steps(use: NodeUse, name: string, otherwise: readonly number[]): readonly number[] {
  const found = perAxis(use, name, otherwise)
  if (found.some((step) => step < 1)) throw new GraphError(`${where(use)}: ${name} ${shown(found)} must be at least 1`)
  return found
}

function autoPad(use: NodeUse): string {
  const found = textAttribute(use.attributes, 'auto_pad', 'NOTSET')
  if (!['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'].includes(found))
    throw new GraphError(`${where(use)}: auto_pad "${found}" is none of NOTSET, VALID, SAME_UPPER, SAME_LOWER`)
  return found
}

/** The kernel of a convolution's weights, which the node may say again. */
function kernelOf(use: NodeUse, { shape }: ValueType): readonly number[] {
  const said = intsAttribute(use.attributes, 'kernel_shape')
  if (said !== undefined && said.join() !== shape.slice(2).join())
    throw new GraphError(`${where(use)}: kernel_shape ${shown(said)} is not that of the weights ${shown(shape)}`)
  return shape.slice(2)
}

interface Sizes {
  readonly spatial: readonly number[]
  readonly kernel: readonly number[]
}

/**
 * The window of a convolution or pooling along each spatial axis, by ONNX: `strides`, `dilations`, `pads` or `auto_pad`,
 * and `ceil_mode` of the poolings, in which a window that would start in the padding after the end is left out.
 */
export function windowsOf(use: NodeUse, { spatial, kernel }: Sizes): Window[] {
  const ones = spatial.map(() => 1)
  const strides = steps(use, 'strides', ones)
  const dilations = steps(use, 'dilations', ones)
  const pads = perAxis(
    use,
    'pads',
    [...spatial, ...spatial].map(() => 0),
  )
  const auto = autoPad(use)
  const isCeiled = intAttribute(use.attributes, 'ceil_mode', 0) === 1
  return spatial.map((size, i) => {
    const base = { size, kernel: kernel[i]!, stride: strides[i]!, dilation: dilations[i]! }
    const span = reach(base.kernel, base.dilation)
    if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
      const places = Math.ceil(size / base.stride)
      const total = Math.max(0, (places - 1) * base.stride + span - size)
      const less = Math.floor(total / 2)
      const [begin, end] = auto === 'SAME_UPPER' ? [less, total - less] : [total - less, less]
      return { ...base, begin, end, places }
    }
    const [begin, end] = auto === 'VALID' ? [0, 0] : [pads[i]!, pads[i + spatial.length]!]
    const free = (size + begin + end - span) / base.stride
    let places = (isCeiled ? Math.ceil(free) : Math.floor(free)) + 1
    if (isCeiled && (places - 1) * base.stride >= size + begin) places--
    if (free < 0) throw new GraphError(`${where(use)}: a window of ${span} does not fit ${size} + ${begin} + ${end}`)
    return { ...base, begin, end, places }
  })
}

/** The windows of a Conv, [N, C, …] by [M, C/group, …]. */
export function convolutionWindows(use: NodeUse): Window[] {
  const [x, w] = [input(use, 0), input(use, 1)]
  const group = intAttribute(use.attributes, 'group', 1)
  if (x.shape.length !== w.shape.length || x.shape.length < 3 || x.shape[1] !== w.shape[1]! * group)
    throw new GraphError(`${where(use)}: ${shown(x.shape)} and weights ${shown(w.shape)} in ${group} groups do not fit`)
  if (w.shape[0]! % group !== 0)
    throw new GraphError(`${where(use)}: ${w.shape[0]!} output channels in ${group} groups`)
  return windowsOf(use, { spatial: x.shape.slice(2), kernel: kernelOf(use, w) })
}

/** The windows of a pooling, [N, C, …] with attribute `kernel_shape`. */
export function poolingWindows(use: NodeUse): Window[] {
  const spatial = input(use, 0).shape.slice(2)
  return windowsOf(use, { spatial, kernel: steps(use, 'kernel_shape', spatial) })
}

/**
 * The windows of a ConvTranspose seen as the convolution that it is the transpose of: `size` elements of its *output*,
 * `places` of its input. `output_shape` and `output_padding` by ONNX.
 */
export function transposedWindows(use: NodeUse): Window[] {
  const [x, w] = [input(use, 0), input(use, 1)]
  const spatial = x.shape.slice(2)
  const group = intAttribute(use.attributes, 'group', 1)
  if (
    x.shape.length !== w.shape.length ||
    spatial.length === 0 ||
    x.shape[1] !== w.shape[0] ||
    w.shape[0]! % group !== 0
  )
    throw new GraphError(`${where(use)}: ${shown(x.shape)} and weights ${shown(w.shape)} in ${group} groups do not fit`)
  const ones = spatial.map(() => 1)
  const none = spatial.map(() => 0)
  const strides = steps(use, 'strides', ones)
  const dilations = steps(use, 'dilations', ones)
  const extra = perAxis(use, 'output_padding', none)
  const pads = perAxis(use, 'pads', [...none, ...none])
  const auto = autoPad(use)
  const kernel = kernelOf(use, w)
  const wanted = intsAttribute(use.attributes, 'output_shape')?.slice(-spatial.length)
  return spatial.map((places, i) => {
    const base = { places, kernel: kernel[i]!, stride: strides[i]!, dilation: dilations[i]! }
    const full = base.stride * (places - 1) + extra[i]! + reach(base.kernel, base.dilation)
    const isSame = auto === 'SAME_UPPER' || auto === 'SAME_LOWER'
    // Where the kernel is smaller than the stride, onnxruntime makes less than the places · stride of ONNX's text.
    const size = wanted?.[i] ?? (isSame ? Math.min(places * base.stride, full) : undefined)
    if (size === undefined) {
      const [begin, end] = auto === 'VALID' ? [0, 0] : [pads[i]!, pads[i + spatial.length]!]
      if (full - begin - end < 1)
        throw new GraphError(`${where(use)}: the pads ${begin} + ${end} leave nothing of ${full}`)
      return { ...base, begin, end, size: full - begin - end }
    }
    if (size >= full + base.stride)
      throw new GraphError(
        `${where(use)}: an output of ${size} is more than the ${full + base.stride - 1} there can be`,
      )
    if (size > full) return { ...base, begin: 0, end: 0, size }
    const less = Math.floor((full - size) / 2)
    // ONNX gives the odd one to the end for SAME_UPPER, and to the beginning otherwise.
    const [begin, end] = auto === 'SAME_UPPER' ? [less, full - size - less] : [full - size - less, less]
    return { ...base, begin, end, size }
  })
}
