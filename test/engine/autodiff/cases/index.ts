import type { Case } from './case.ts'
import { convolution } from './convolution.ts'
import { elementwise } from './elementwise.ts'
import { indexing } from './indexing.ts'
import { linearAlgebra } from './linear-algebra.ts'
import { movement } from './movement.ts'
import { normalization } from './normalization.ts'
import { pooling } from './pooling.ts'
import { reduction } from './reduction.ts'

/** Every way an operator's gradient is checked, by family. */
export const cases: Readonly<Record<string, readonly Case[]>> = {
  elementwise,
  reduction,
  movement,
  indexing,
  linearAlgebra,
  convolution,
  pooling,
  normalization,
}
