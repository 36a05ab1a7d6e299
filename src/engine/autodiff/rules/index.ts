import type { Op } from '../../onnx/ops.ts'
import type { GradientRule } from '../rule.ts'
import { activations } from './activations.ts'
import { convolution } from './convolution.ts'
import { elementwise } from './elementwise.ts'
import { flat } from './flat.ts'
import { functions } from './functions.ts'
import { indexing } from './indexing.ts'
import { linearAlgebra } from './linear-algebra.ts'
import { loss } from './loss.ts'
import { movement } from './movement.ts'
import { normalization } from './normalization.ts'
import { pooling } from './pooling.ts'
import { reduction } from './reduction.ts'
import { resampling } from './resampling.ts'
import { scatter } from './scatter.ts'
import { withoutRule } from './without-rule.ts'

/**
 * Every operator whose shapes the engine knows has a rule, says that it is flat, or why it has none (a sentence); the type
 * checker holds the list.
 */
export const rules: Readonly<Record<Op, GradientRule | { readonly none: string }>> = {
  ...activations,
  ...functions,
  ...elementwise,
  ...flat,
  ...reduction,
  ...linearAlgebra,
  ...movement,
  ...resampling,
  ...indexing,
  ...scatter,
  ...convolution,
  ...pooling,
  ...normalization,
  ...loss,
  ...withoutRule,
}
