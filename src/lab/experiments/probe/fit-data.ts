import type { Features } from './standardise.ts'

/** Standardised features of the rows to fit to and of those to predict. */
export interface FitData {
  readonly train: Features
  readonly test: Features
}

/** Predictions of the tested rows from targets [training rows]; each set of targets is fitted by itself. */
export type Fit = (
  data: FitData,
  sets: readonly (readonly Float64Array[])[],
  penalty: number | undefined,
) => Float64Array[][]

/** Penalties λ that a ridge regression chooses from where none is given. */
export const penalties = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10] as const
