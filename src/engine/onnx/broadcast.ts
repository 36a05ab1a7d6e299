import { GraphError } from './graph.ts'

/** The shape two shapes broadcast to (ONNX multidirectional broadcasting). Throws {@link GraphError}. */
export function broadcast(a: readonly number[], b: readonly number[], where: string): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const p = a[i - rank + a.length] ?? 1
    const q = b[i - rank + b.length] ?? 1
    if (p !== q && p !== 1 && q !== 1)
      throw new GraphError(`${where}: shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`)
    return p === 1 ? q : p
  })
}

/** Axis counted from the front; a negative one counts from the back. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i])
