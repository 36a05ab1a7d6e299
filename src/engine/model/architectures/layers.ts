import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { float, int, ints } from '../../onnx/builder.ts'

/** 0 where a token may look, −1e9 where it may not: [length, length]. */
export function causalMask(g: GraphBuilder, length: number, like: Value): Value {
  const values = Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? -1e9 : 0))
  return g.constant(like.type, values, [length, length])
}

export interface Norm {
  readonly x: Value
  readonly scale: Value
  readonly epsilon: number
  readonly as?: string | undefined
}

/** LayerNorm over the last axis, with its mean and inverse deviation as outputs, which the gradient uses. */
export const layerNorm = (g: GraphBuilder, { x, scale, shift, epsilon, as }: Norm & { readonly shift: Value }): Value =>
  g.addMany('LayerNormalization', [x, scale, shift], {
    attributes: { axis: int(-1), epsilon: float(epsilon) },
    outputs: 3,
    ...named(as),
  })[0]!

/** x · scale / √(mean x² + ε) over the last axis. Zhang and Sennrich 2019. */
export function rmsNorm(g: GraphBuilder, { x, scale, epsilon, as }: Norm): Value {
  const square = g.add('ReduceMean', [g.add('Mul', [x, x]), g.ints([x.shape.length - 1])])
  const root = g.add('Sqrt', [g.add('Add', [square, g.scalar(epsilon, x)])])
  return g.add('Mul', [g.add('Div', [x, root]), scale], named(as))
}

const named = (as: string | undefined): { as?: string } => (as === undefined ? {} : { as })

/** What a linear layer adds up: x, W and perhaps b. */
type Terms = readonly [x: Value, weight: Value] | readonly [x: Value, weight: Value, bias: Value]

/** x·W + b with W stored [in, out]. */
export const linear = (g: GraphBuilder, terms: Terms, as?: string): Value => g.add('Gemm', terms, named(as))

/** x·Wᵀ + b with W stored [out, in]. */
export const linearTransposed = (g: GraphBuilder, terms: Terms, as?: string): Value =>
  g.add('Gemm', terms, { attributes: { transB: int(1) }, ...named(as) })

export interface Heads {
  readonly batch: number
  readonly length: number
  readonly heads: number
  readonly width: number
  readonly as?: string
}

/** [batch·length, heads·width] → [batch, heads, length, width]. */
export const splitHeads = (g: GraphBuilder, x: Value, { batch, length, heads, width, as }: Heads): Value =>
  g.add('Transpose', [g.add('Reshape', [x, g.ints([batch, length, heads, width])])], {
    attributes: { perm: ints([0, 2, 1, 3]) },
    ...named(as),
  })

export interface Attended {
  /** [batch, heads, length, width], rotated where the architecture does so. */
  readonly query: Value
  readonly key: Value
  readonly value: Value
  readonly mask: Value
  /** Of the scores, beside 1/√width; 1 where left out. */
  readonly gain?: number
  /** `blocks.N`: hooks `.attn.hook_attn_scores`, `.attn.hook_pattern` and `.attn.hook_z` carry it. */
  readonly block: string
}

/** softmax(gain·q·kᵀ/√width + mask)·v, put together again: [batch·length, heads·width]. Vaswani et al. 2017. */
export function attend(g: GraphBuilder, { query, key, value, mask, gain = 1, block }: Attended): Value {
  const [batch, heads, length, width] = query.shape as [number, number, number, number]
  const scaled = g.add('Mul', [query, g.scalar(gain / Math.sqrt(width), query)])
  const scores = g.add('MatMul', [scaled, g.add('Transpose', [key], { attributes: { perm: ints([0, 1, 3, 2]) } })])
  const masked = g.add('Add', [scores, mask], { as: `${block}.attn.hook_attn_scores` })
  const pattern = g.add('Softmax', [masked], {
    as: `${block}.attn.hook_pattern`,
    attributes: { axis: int(-1) },
  })
  const z = g.add('MatMul', [pattern, value], { as: `${block}.attn.hook_z` })
  return g.add('Reshape', [
    g.add('Transpose', [z], { attributes: { perm: ints([0, 2, 1, 3]) } }),
    g.ints([batch * length, heads * width]),
  ])
}

export interface Rotation {
  /** Of each head's dimensions, how many are rotated: the first ones. Even. */
  readonly dimensions: number
  /** Angle from one position to the next, of each pair of dimensions: θ^(−2i/dimensions) where nothing scales it. */
  readonly frequencies: readonly number[]
  readonly as?: string
}

/** Rotary positions in the halves layout: x·cos + rotate(x)·sin, rotate(x₁, x₂) = (−x₂, x₁). Su et al. 2021; [batch, heads, length, width]. */
export function rotate(g: GraphBuilder, x: Value, { dimensions, frequencies, as }: Rotation): Value {
  const [, , length, width] = x.shape as [number, number, number, number]
  const half = dimensions / 2
  const angles = Array.from(
    { length: length * dimensions },
    (_, i) => Math.floor(i / dimensions) * frequencies[(i % dimensions) % half]!,
  )
  const table = (f: (angle: number) => number): Value => g.constant(x.type, angles.map(f), [length, dimensions])
  const parts = g.addMany(
    'Split',
    [x, g.ints(dimensions === width ? [half, half] : [half, half, width - dimensions])],
    {
      attributes: { axis: int(-1) },
      outputs: dimensions === width ? 2 : 3,
    },
  )
  const join = (values: readonly Value[], name?: string): Value =>
    g.add('Concat', values, { attributes: { axis: int(-1) }, ...named(name) })
  const first = join([parts[0]!, parts[1]!])
  const turned = join([g.add('Neg', [parts[1]!]), parts[0]!])
  const sum = [g.add('Mul', [first, table(Math.cos)]), g.add('Mul', [turned, table(Math.sin)])]
  return parts[2] === undefined ? g.add('Add', sum, named(as)) : join([g.add('Add', sum), parts[2]], as)
}
