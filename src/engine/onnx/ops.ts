import type { ValueType } from './graph.ts'
import { GraphError, sizeOf } from './graph.ts'
import { convolution } from './ops/convolution.ts'
import { elementwise } from './ops/elementwise.ts'
import { indexing } from './ops/indexing.ts'
import { linearAlgebra } from './ops/linear-algebra.ts'
import { loss } from './ops/loss.ts'
import { movement } from './ops/movement.ts'
import { normalization } from './ops/normalization.ts'
import type { OpUse, ShapeRule } from './ops/op-use.ts'
import { shown, where } from './ops/op-use.ts'
import { pooling } from './ops/pooling.ts'
import { reduction } from './ops/reduction.ts'
import { shapes } from './ops/shapes.ts'

export type { OpUse } from './ops/op-use.ts'
export { floatAttribute, intAttribute, intsAttribute } from './ops/op-use.ts'

/** Shape rules of the operators that assay knows, by family. */
export const families = {
  elementwise,
  reduction,
  movement,
  indexing,
  linearAlgebra,
  convolution,
  pooling,
  normalization,
  loss,
  shapes,
}

/** Every operator with a shape rule. */
export const ops = {
  ...elementwise,
  ...reduction,
  ...movement,
  ...indexing,
  ...linearAlgebra,
  ...convolution,
  ...pooling,
  ...normalization,
  ...loss,
  ...shapes,
}

export type Op = keyof typeof ops

/** Whether shapes through an operator of the default domain are known. */
export const hasShapeRule = (op: string): op is Op => Object.hasOwn(ops, op)

/** Types of a node's outputs. Throws {@link GraphError} naming node and operator. */
export function outputTypes(use: OpUse): ValueType[] {
  const rule: ShapeRule | undefined = hasShapeRule(use.op) ? ops[use.op] : undefined
  if (rule === undefined) throw new GraphError(`${where(use)}: no shape rule for this operator`)
  const types = rule(use)
  if (types.length !== use.outputCount)
    throw new GraphError(`${where(use)}: ${use.outputCount} outputs are asked for, it has ${types.length}`)
  const wrong = types.find(({ shape }) => !isPossible(shape))
  if (wrong !== undefined) throw new GraphError(`${where(use)}: its output would be ${shown(wrong.shape)}`)
  return types
}

/** Elements that no machine holds; a file that asks for them is not meant to be run. */
const mostElements = 2 ** 40

/** Whether there can be a value of this shape: whole sizes of at least 0, and not too many elements. */
const isPossible = (shape: readonly number[]): boolean =>
  shape.every((size) => Number.isSafeInteger(size) && size >= 0) && sizeOf(shape) <= mostElements
