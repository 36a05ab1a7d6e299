import { makeWeights, type Weights } from '../../../src/engine/model/weights.ts'

/** Weights of a matrix [2, 3] named m and a vector [3] named v. */
export const weightsOf = (values: readonly number[]): Weights =>
  makeWeights(
    new Map([
      ['m', [2, 3]],
      ['v', [3]],
    ] as const),
    Float32Array.from(values),
  )
