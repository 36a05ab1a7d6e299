import type { Value } from '../../onnx/builder.ts'
import { int, ints, text } from '../../onnx/builder.ts'
import { axisIn, intAttribute, intsAttribute, textAttribute } from '../../onnx/ops/op-use.ts'
import { slicesOf } from '../../onnx/ops/movement.ts'
import { reshaped, summed, transposed, upTo, zeros } from '../arithmetic.ts'
import type { GradientRule, RuleUse } from '../rule.ts'
import { gatheredBack } from './indexing.ts'

/** Every rule that only gives another shape: the gradient in the shape of the input. */
const back: GradientRule = ({ g, x: [x], dy: [dy] }) => [g.add('Reshape', [dy!, g.ints(x!.shape)])]

/** Parts along an axis: Split's gradient is a Concat, with zeros for parts nothing depends on. */
function joined(use: RuleUse): Value {
  const {
    g,
    x: [x],
    y,
    dy,
    attributes,
  } = use
  const axis = axisIn(use, intAttribute(attributes, 'axis', 0), x!.shape.length)
  const parts = y.map((part, i) => dy[i] ?? zeros(g, x!, part.shape))
  return g.add('Concat', parts, { attributes: { axis: int(axis) } })
}

/** Puts dy back where the slice took it from: padding with zeros for steps of 1, rows sent to their places otherwise. */
function slice(use: RuleUse): Value {
  const { g, x, dy } = use
  const taken = slicesOf(use)
  const strided = taken.filter(({ step }) => step !== 1)
  const placed = strided.reduce((value, { axis, start, step, count }) => {
    const at = g.ints(upTo(count).map((i) => start + i * step))
    return gatheredBack(g, { dy: value, at, axis, size: x[0]!.shape[axis]! })
  }, dy[0]!)
  const plain = taken.filter(({ step }) => step === 1)
  if (plain.length === 0) return placed
  const begins = plain.map(({ start }) => start)
  const ends = plain.map(({ axis, start, count }) => x[0]!.shape[axis]! - start - count)
  if ([...begins, ...ends].every((pad) => pad === 0)) return placed
  return g.add('Pad', [placed, g.ints([...begins, ...ends]), null, g.ints(plain.map(({ axis }) => axis))])
}

/** Each block of copies added up: [r₀, d₀, r₁, d₁, …] summed over the repeats. */
function tile({ g, x: [x], y: [y], dy: [dy] }: RuleUse): Value {
  const repeats = x!.shape.map((size, i) => (size === 0 ? 1 : y!.shape[i]! / size))
  const apart = x!.shape.flatMap((size, i) => [repeats[i]!, size])
  const axes = repeats.flatMap((count, i) => (count === 1 ? [] : [2 * i]))
  return reshaped(g, summed(g, reshaped(g, dy!, apart), axes), x!.shape)
}

/** [N, C', H·b, W·b] back to [N, C'·b², H, W]: the blocks' axes go where the mode took them from. */
function depthToSpace({ g, x: [x], dy: [dy], attributes }: RuleUse): Value {
  const [n, c, h, w] = x!.shape as [number, number, number, number]
  const b = intAttribute(attributes, 'blocksize', 1)
  const apart = reshaped(g, dy!, [n, c / (b * b), h, b, w, b])
  const isDepthFirst = textAttribute(attributes, 'mode', 'DCR') === 'DCR'
  return reshaped(g, transposed(g, apart, isDepthFirst ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]), x!.shape)
}

export const movement = {
  Reshape: back,
  Squeeze: back,
  Unsqueeze: back,
  Flatten: back,
  /** The walk sums a broadcast gradient back. */
  Expand: ({ dy: [dy] }) => [dy!],
  Transpose: ({ g, x: [x], dy: [dy], attributes }) => {
    const perm = intsAttribute(attributes, 'perm') ?? x!.shape.map((_, i) => x!.shape.length - 1 - i)
    const from = perm.map((axis) => (axis < 0 ? axis + perm.length : axis))
    return [g.add('Transpose', [dy!], { attributes: { perm: ints(from.map((_, i) => from.indexOf(i))) } })]
  },
  Split: (use) => [joined(use)],
  Concat: (use) => {
    const {
      g,
      x,
      dy: [dy],
      attributes,
    } = use
    const axis = axisIn(use, intAttribute(attributes, 'axis', 0), dy!.shape.length)
    return g.addMany('Split', [dy!, g.ints(x.map((part) => part.shape[axis]!))], {
      attributes: { axis: int(axis) },
      outputs: x.length,
    })
  },
  Slice: (use) => [slice(use)],
  Tile: (use) => [tile(use)],
  DepthToSpace: (use) => [depthToSpace(use)],
  SpaceToDepth: ({ g, dy: [dy], attributes }) => [
    g.add('DepthToSpace', [dy!], {
      attributes: { blocksize: int(intAttribute(attributes, 'blocksize', 1)), mode: text('DCR') },
    }),
  ],
  /** Reversing twice is the identity. */
  ReverseSequence: ({ g, x: [, lengths], dy: [dy], attributes }) => [
    g.add('ReverseSequence', [dy!, lengths!], { attributes }),
  ],
  Trilu: ({ g, x: [, k], dy: [dy], attributes }) => [g.add('Trilu', [dy!, k ?? null], { attributes })],
} satisfies Record<string, GradientRule>
