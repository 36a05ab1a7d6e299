import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { float, int, ints } from '../../onnx/builder.ts'
import { floatAttribute, intAttribute } from '../../onnx/ops.ts'
import type { Attributes } from '../../onnx/graph.ts'
import type { GradientRule } from '../rule.ts'

/** The last two axes exchanged. */
function swapped(g: GraphBuilder, value: Value): Value {
  const rank = value.shape.length
  const perm = [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2]
  return g.add('Transpose', [value], { attributes: { perm: ints(perm) } })
}

const gemmAttributes = (alpha: number, transA: boolean, transB: boolean): Attributes => ({
  alpha: float(alpha),
  transA: int(transA ? 1 : 0),
  transB: int(transB ? 1 : 0),
})

export const linalg = {
  /** C = AB: dA = dC·Bᵀ, dB = Aᵀ·dC; broadcast batch axes are summed by the walk. */
  MatMul: ({ g, x: [a, b], dy: [dy], wants }) => {
    const rows = (v: Value): Value => g.add('Reshape', [v, g.ints([-1, v.shape.at(-1)!])])
    const flat = b!.shape.length === 2
    return [
      wants(0) ? g.add('MatMul', [dy!, swapped(g, b!)]) : null,
      // One matrix against many rows: a single product over all rows beats one a batch and a sum after.
      wants(1)
        ? flat
          ? g.add('Gemm', [rows(a!), rows(dy!)], { attributes: gemmAttributes(1, true, false) })
          : g.add('MatMul', [swapped(g, a!), dy!])
        : null,
    ]
  },
  /** Y = α·A'B' + β·C, with A' and B' transposed or not. */
  Gemm: ({ g, x: [a, b, c], dy: [dy], attributes, wants }) => {
    const alpha = floatAttribute(attributes, 'alpha', 1)
    const beta = floatAttribute(attributes, 'beta', 1)
    const [ta, tb] = [intAttribute(attributes, 'transA', 0) === 1, intAttribute(attributes, 'transB', 0) === 1]
    const gemm = (p: Value, q: Value, transposed: readonly [boolean, boolean]): Value =>
      g.add('Gemm', [p, q], { attributes: gemmAttributes(alpha, ...transposed) })
    const da = !wants(0) ? null : ta ? gemm(b!, dy!, [tb, true]) : gemm(dy!, b!, [false, !tb])
    const db = !wants(1) ? null : tb ? gemm(dy!, a!, [true, ta]) : gemm(a!, dy!, [!ta, false])
    const dc = c === undefined || !wants(2) ? null : beta === 1 ? dy! : g.add('Mul', [dy!, g.scalar(beta, dy!)])
    return [da, db, dc]
  },
} satisfies Record<string, GradientRule>
