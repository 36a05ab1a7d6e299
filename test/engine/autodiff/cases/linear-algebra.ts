import type { Case } from './case.ts'
import { dice, having, upTo } from './case.ts'

const products: readonly (readonly [number[], number[]])[] = [
  [
    [2, 3],
    [3, 4],
  ],
  [
    [2, 2, 3],
    [2, 3, 2],
  ],
  [
    [2, 2, 3],
    [3, 2],
  ],
  [
    [2, 3],
    [2, 3, 2],
  ],
  [
    [2, 1, 2, 3],
    [3, 3, 2],
  ],
  [
    [1, 2, 3],
    [4, 3, 1],
  ],
  [[3], [3, 2]],
  [[2, 3], [3]],
  [[3], [3]],
  [[3], [2, 3, 2]],
  [[2, 2, 3], [3]],
  [
    [2, 1, 3, 2],
    [1, 2, 2, 3],
  ],
]
const matmul = products.map(([p, q]): Case => ({
  op: 'MatMul',
  title: `MatMul [${p.join()}] by [${q.join()}]`,
  shapes: [p, q],
  build: (g, [a, b]) => g.add('MatMul', [a!, b!]),
}))

const gemm = [0, 1].flatMap((transA) =>
  [0, 1].flatMap((transB) =>
    [[4], [2, 4], [2, 1], [1], [], undefined].map((c, i): Case => ({
      op: 'Gemm',
      title: `Gemm, transA ${transA}, transB ${transB}, C ${c === undefined ? 'absent' : `[${c.join()}]`}`,
      shapes: [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], ...(c === undefined ? [] : [c])],
      build: (g, x) => g.add('Gemm', x, having({ transA, transB, ...(i % 2 === 0 ? { alpha: 0.5, beta: 1.5 } : {}) })),
    })),
  ),
)

type Sum = readonly [equation: string, ...shapes: number[][]]
const sums: readonly Sum[] = [
  ['ij,jk->ik', [2, 3], [3, 2]],
  ['ij,jk', [2, 3], [3, 2]],
  ['bij,bjk->bik', [2, 2, 3], [2, 3, 2]],
  ['bhid,bhjd->bhij', [2, 2, 2, 3], [2, 2, 3, 3]],
  ['i,j->ij', [2], [3]],
  ['ij->ji', [2, 3]],
  ['ij->', [2, 3]],
  ['ij->i', [2, 3]],
  ['ij,ij->', [2, 3], [2, 3]],
  ['ii->i', [3, 3]],
  ['ii->', [3, 3]],
  ['ii', [3, 3]],
  ['iij->ji', [2, 2, 3]],
  ['bii,bi->b', [2, 3, 3], [2, 3]],
  ['ij,jk,kl->il', [2, 3], [3, 2], [2, 2]],
  ['ij,k->i', [2, 3], [2]],
  ['...ij,...jk->...ik', [2, 2, 3], [2, 3, 2]],
  ['...ij,...jk->...ik', [2, 1, 2, 3], [1, 3, 3, 2]],
  ['...i,...i->...', [2, 3, 2], [1, 3, 2]],
  ['...i,...i', [2, 3], [2, 3]],
  ['i...,i...->...', [2, 3], [2, 3]],
  ['...i->...', [2, 3]],
  ['bn...,nm->bm...', [2, 3, 2], [3, 2]],
]
const einsum = sums.map(([equation, ...shapes]): Case => ({
  op: 'Einsum',
  title: `Einsum ${equation} of ${shapes.map((shape) => `[${shape.join()}]`).join(', ')}`,
  shapes,
  build: (g, x) => g.add('Einsum', x, having({ equation })),
}))
/** Random equations over four labels: two inputs, any output, and every label may be summed. */
const random = upTo(10).map((seed): Case => {
  const roll = dice(seed + 100)
  const sizes: Readonly<Record<string, number>> = { i: 2, j: 3, k: 2, l: 3 }
  const labels = Object.keys(sizes)
  const some = (from: readonly string[]): string[] => from.filter(() => roll(0, 2) > 0)
  const [left, right] = [['i', ...some(['j', 'k', 'l'])], ['k', ...some(['i', 'j', 'l'])].reverse()]
  const output = some(labels.filter((label) => left.includes(label) || right.includes(label))).reverse()
  const equation = `${left.join('')},${right.join('')}->${output.join('')}`
  const shapes = [left, right].map((term) => term.map((label) => sizes[label]!))
  return {
    op: 'Einsum',
    title: `Einsum ${equation}`,
    shapes,
    build: (g, x) => g.add('Einsum', x, having({ equation })),
  }
})

export const linearAlgebra: readonly Case[] = [...matmul, ...gemm, ...einsum, ...random]
