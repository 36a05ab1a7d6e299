import type { ValueType } from './graph.ts'
import { GraphError } from './graph.ts'
import { convolution } from './ops/convolution.ts'
import { elementwise } from './ops/elementwise.ts'
import { indexing } from './ops/indexing.ts'
import { linearAlgebra } from './ops/linear-algebra.ts'
import { loss } from './ops/loss.ts'
import { movement } from './ops/movement.ts'
import { normalization } from './ops/normalization.ts'
import type { OpUse, ShapeRule } from './ops/op-use.ts'
import { where } from './ops/op-use.ts'
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
  return types
}
