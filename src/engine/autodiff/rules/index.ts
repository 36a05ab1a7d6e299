import { elementwise } from './elementwise.ts'
import { indexing } from './indexing.ts'
import { linalg } from './linalg.ts'
import { movement } from './movement.ts'
import { normalization } from './normalization.ts'
import { reduction } from './reduction.ts'
import type { Op } from '../../onnx/ops.ts'
import type { GradientRule } from '../rule.ts'

/** Every operator the engine knows has a rule or says that it has no gradient; the type checker holds the list. */
export const rules: Readonly<Record<Op, GradientRule>> = {
  ...elementwise,
  ...reduction,
  ...linalg,
  ...movement,
  ...indexing,
  ...normalization,
}
