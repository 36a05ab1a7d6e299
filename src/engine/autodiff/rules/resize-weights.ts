import { sameShape } from '../../onnx/broadcast.ts'
import { floatAttribute, textAttribute } from '../../onnx/ops/op-use.ts'
import { resizedShape } from '../../onnx/ops/resize.ts'
import type { RuleUse } from '../rule.ts'

interface Axis {
  /** Elements before and after. */
  readonly from: number
  readonly to: number
  readonly scale: number
  /** Whether the scale follows from a size that was asked for. */
  readonly isBySize: boolean
}

const { fround } = Math
const halfPixel = (i: number, { scale }: Axis): number => fround(fround((i + 0.5) / scale) - 0.5)

/**
 * Where in the input an output element lies, by `coordinate_transformation_mode` of ONNX's Resize. In single precision, as
 * onnxruntime finds it: which neighbour is the nearest can hang on the last bit.
 */
const coordinates: Readonly<Record<string, (i: number, axis: Axis) => number>> = {
  half_pixel: halfPixel,
  half_pixel_symmetric: (i, { from, to, scale }) => {
    const adjustment = fround(to / fround(scale * from))
    return fround(fround((from / 2) * fround(1 - adjustment)) + (i + 0.5) / scale - 0.5)
  },
  pytorch_half_pixel: (i, axis) => (axis.to > 1 ? halfPixel(i, axis) : 0),
  align_corners: (i, { from, to }) => (to === 1 ? 0 : fround((i * (from - 1)) / (to - 1))),
  asymmetric: (i, { from, to, scale, isBySize }) => (isBySize ? (i * from) / to : fround(i / scale)),
}

const nearest: Readonly<Record<string, (at: number) => number>> = {
  round_prefer_floor: (at) => Math.ceil(at - 0.5),
  round_prefer_ceil: (at) => Math.floor(at + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
}

/** Weight of the four neighbours of a place a fraction t after the second, Keys 1981. */
function cubic(t: number, a: number): number[] {
  const near = (s: number): number => (a + 2) * s ** 3 - (a + 3) * s ** 2 + 1
  const far = (s: number): number => a * s ** 3 - 5 * a * s ** 2 + 8 * a * s - 4 * a
  return [far(1 + t), near(t), near(1 - t), far(2 - t)]
}

/** Input elements that make one output element, with their weights. */
function parts(use: RuleUse, axis: Axis, i: number): [at: number, weight: number][] {
  const { attributes } = use
  const place = coordinates[textAttribute(attributes, 'coordinate_transformation_mode', 'half_pixel')]!(i, axis)
  const mode = textAttribute(attributes, 'mode', 'nearest')
  if (mode === 'nearest') return [[nearest[textAttribute(attributes, 'nearest_mode', 'round_prefer_floor')]!(place), 1]]
  if (mode === 'cubic') {
    const first = Math.floor(place) - 1
    const weights = cubic(place - Math.floor(place), floatAttribute(attributes, 'cubic_coeff_a', -0.75))
    return weights.map((weight, k) => [first + k, weight])
  }
  const within = Math.min(Math.max(place, 0), axis.from - 1)
  const low = Math.floor(within)
  return [
    [low, 1 - (within - low)],
    [low + 1, within - low],
  ]
}

/**
 * For each axis of a Resize the matrix [new, old], row-major, that it multiplies by; `undefined` for an axis that stays.
 * Elements over the edge stand for the one at the edge.
 */
export function resizeWeights(use: RuleUse): (number[] | undefined)[] {
  const { shape, scales } = resizedShape(use)
  // onnxruntime copies what keeps its shape, whatever the scales say.
  const isCopy = sameShape(shape, use.x[0]!.shape)
  const isBySize = use.x[3] !== undefined
  return use.x[0]!.shape.map((from, axis) => {
    const to = shape[axis]!
    if (isCopy || (to === from && scales[axis] === 1)) return undefined
    const weights = new Array<number>(to * from).fill(0)
    for (let i = 0; i < to; i++)
      for (const [at, weight] of parts(use, { from, to, scale: scales[axis]!, isBySize }, i))
        weights[i * from + Math.min(Math.max(at, 0), from - 1)]! += weight
    return weights
  })
}
