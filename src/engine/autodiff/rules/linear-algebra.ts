import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { float, int, ints } from '../../onnx/builder.ts'
import type { Attributes } from '../../onnx/graph.ts'
import { floatAttribute, intAttribute } from '../../onnx/ops/op-use.ts'
import { reshaped } from '../arithmetic.ts'
import type { GradientRule, RuleUse } from '../rule.ts'
import { einsum } from './einsum.ts'

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

/** C = AB: dA = dC·Bᵀ, dB = Aᵀ·dC; broadcast batch axes are summed by the walk. */
function matrices(use: RuleUse, [a, b, dy]: readonly [Value, Value, Value]): (Value | null)[] {
  const { g, wants } = use
  const rows = (v: Value): Value => g.add('Reshape', [v, g.ints([-1, v.shape.at(-1)!])])
  const flat = b.shape.length === 2
  return [
    wants(0) ? g.add('MatMul', [dy, swapped(g, b)]) : null,
    // One matrix against many rows: a single product over all rows beats one a batch and a sum after.
    wants(1)
      ? flat
        ? g.add('Gemm', [rows(a), rows(dy)], { attributes: gemmAttributes(1, true, false) })
        : g.add('MatMul', [swapped(g, a), dy])
      : null,
  ]
}

/** With a vector on a side: as a row or a column, whose axis of 1 goes again. */
function matmul(use: RuleUse): (Value | null)[] {
  const {
    g,
    x: [a, b],
    dy: [dy],
  } = use
  const [isRow, isColumn] = [a!.shape.length === 1, b!.shape.length === 1]
  if (!isRow && !isColumn) return matrices(use, [a!, b!, dy!])
  const left = isRow ? reshaped(g, a!, [1, ...a!.shape]) : a!
  const right = isColumn ? reshaped(g, b!, [...b!.shape, 1]) : b!
  const batch = dy!.shape.slice(0, dy!.shape.length - (isRow ? 0 : 1) - (isColumn ? 0 : 1))
  const product = reshaped(g, dy!, [...batch, left.shape.at(-2)!, right.shape.at(-1)!])
  const [da, db] = matrices(use, [left, right, product])
  const squeezed = (v: Value | null | undefined, axis: -1 | -2): Value | null =>
    v == null ? null : g.add('Squeeze', [v, g.ints([axis])])
  return [isRow ? squeezed(da, -2) : (da ?? null), isColumn ? squeezed(db, -1) : (db ?? null)]
}

export const linearAlgebra = {
  MatMul: matmul,
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
  Einsum: einsum,
} satisfies Record<string, GradientRule>
