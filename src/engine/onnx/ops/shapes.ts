import { GraphError } from '../graph.ts'
import type { ElementType, ValueType } from '../graph.ts'
import type { OpUse, ShapeRule } from './op-use.ts'
import { constants, elementTypeOf, input, intAttribute, tensorAttribute, where } from './op-use.ts'

/** The axes a Shape asks for: `start` to `end`, which count from the back where negative. */
function shapeRange(use: OpUse): [start: number, end: number] {
  const rank = input(use, 0).shape.length
  const clamp = (at: number): number => Math.min(Math.max(at < 0 ? at + rank : at, 0), rank)
  const start = clamp(intAttribute(use.attributes, 'start', 0))
  return [start, Math.max(start, clamp(intAttribute(use.attributes, 'end', rank)))]
}

function constant(use: OpUse): ValueType {
  const tensor = tensorAttribute(use.attributes, 'value')
  if (tensor !== undefined) return { type: tensor.type, shape: tensor.shape }
  const forms: [string, (length: number) => ValueType][] = [
    ['value_float', () => ({ type: 'float32', shape: [] })],
    ['value_int', () => ({ type: 'int64', shape: [] })],
    ['value_floats', (length) => ({ type: 'float32', shape: [length] })],
    ['value_ints', (length) => ({ type: 'int64', shape: [length] })],
  ]
  for (const [name, typed] of forms) {
    const found = use.attributes[name]
    if (found === undefined) continue
    return typed('ints' in found ? found.ints.length : 'floats' in found ? found.floats.length : 0)
  }
  throw new GraphError(`${where(use)}: a constant without a dense numeric value`)
}

/** Operators that make constants, or numbers out of shapes. */
export const shapes = {
  Shape: (use) => {
    const [start, end] = shapeRange(use)
    return [{ type: 'int64', shape: [end - start] }]
  },
  Size: () => [{ type: 'int64', shape: [] }],
  Constant: (use) => [constant(use)],
  ConstantOfShape: (use) => [
    { type: tensorAttribute(use.attributes, 'value')?.type ?? 'float32', shape: constants(use, 0, 'the shape') },
  ],
  Range: (use) => {
    const [start, limit, delta] = [0, 1, 2].map((i) => constants(use, i, 'start, limit and delta')[0]!)
    return [{ type: input(use, 0).type, shape: [Math.max(0, Math.ceil((limit! - start!) / delta!))] }]
  },
  EyeLike: (use) => {
    const { type, shape } = input(use, 0)
    const code = intAttribute(use.attributes, 'dtype', 0)
    const made: ElementType = code === 0 ? type : elementTypeOf(use, code)
    return [{ type: made, shape }]
  },
} satisfies Record<string, ShapeRule>
