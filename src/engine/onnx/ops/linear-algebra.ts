import { broadcast } from '../broadcast.ts'
import type { ValueType } from '../graph.ts'
import { GraphError } from '../graph.ts'
import { parseEinsum } from './einsum.ts'
import type { OpUse, ShapeRule } from './op-use.ts'
import { input, intAttribute, shown, where } from './op-use.ts'

function matmul(use: OpUse): ValueType[] {
  const [a, b] = [input(use, 0), input(use, 1)]
  // A vector is a row on the left and a column on the right, and its axis of 1 is taken away again.
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape
  const [m, k] = left.slice(-2)
  const [k2, n] = right.slice(-2)
  if (left.length < 2 || right.length < 2 || k !== k2)
    throw new GraphError(`${where(use)}: cannot multiply ${shown(a.shape)} by ${shown(b.shape)}`)
  const last = [...(a.shape.length === 1 ? [] : [m!]), ...(b.shape.length === 1 ? [] : [n!])]
  return [{ type: a.type, shape: [...broadcast(left.slice(0, -2), right.slice(0, -2), where(use)), ...last] }]
}

function gemm(use: OpUse): ValueType[] {
  const [a, b] = [input(use, 0), input(use, 1)]
  const [m, k] = intAttribute(use.attributes, 'transA', 0) ? [a.shape[1], a.shape[0]] : a.shape
  const [k2, n] = intAttribute(use.attributes, 'transB', 0) ? [b.shape[1], b.shape[0]] : b.shape
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== k2)
    throw new GraphError(`${where(use)}: cannot multiply ${shown(a.shape)} by ${shown(b.shape)}`)
  return [{ type: a.type, shape: [m!, n!] }]
}

/** Products of matrices and, in general, of anything with axes summed over. */
export const linearAlgebra = {
  MatMul: matmul,
  Gemm: gemm,
  Einsum: (use) => {
    const { output, sizes } = parseEinsum(use)
    return [{ type: input(use, 0).type, shape: output.map((label) => sizes.get(label)!) }]
  },
} satisfies Record<string, ShapeRule>
