import { GraphError } from '../graph.ts'
import type { NodeUse } from './op-use.ts'
import { axesIn, constants, input, intsAttribute, shown, textAttribute, where } from './op-use.ts'

/** Shape after a Resize, and the scale of each axis as ONNX defines it: given, or new size over old. */
export function resizedShape(use: NodeUse): { shape: number[]; scales: number[] } {
  const { shape } = input(use, 0)
  const rank = shape.length
  const axes = axesIn(use, intsAttribute(use.attributes, 'axes') ?? shape.map((_, i) => i), rank)
  const scales = use.x[2] === undefined ? [] : constants(use, 2, 'the scales')
  const isByScale = scales.length > 0
  const given = isByScale ? scales : constants(use, 3, 'the sizes')
  if (given.length !== axes.length)
    throw new GraphError(`${where(use)}: ${given.length} scales or sizes for ${axes.length} axes of ${shown(shape)}`)
  // Scales are in single precision, as onnxruntime has them; sizes follow from them by one rounding.
  const all = shape.map(() => 1)
  if (isByScale) axes.forEach((axis, i) => (all[axis] = Math.fround(given[i]!)))
  else axes.forEach((axis, i) => (all[axis] = Math.fround(given[i]! / shape[axis]!)))
  const policy = textAttribute(use.attributes, 'keep_aspect_ratio_policy', 'stretch')
  if (!isByScale && policy !== 'stretch') {
    const chosen = axes.map((axis) => all[axis]!)
    const scale = policy === 'not_larger' ? Math.min(...chosen) : Math.max(...chosen)
    axes.forEach((axis) => (all[axis] = scale))
    return { shape: shape.map((size, i) => (axes.includes(i) ? Math.round(all[i]! * size) : size)), scales: all }
  }
  const sized = (size: number, axis: number): number =>
    isByScale ? Math.floor(Math.fround(size * all[axis]!)) : (given[axes.indexOf(axis)] ?? size)
  return { shape: shape.map(sized), scales: all }
}
