/** What a pilot run did: the artifact `record`. */
export interface PilotRecord {
  readonly epsilon: number
  /** Largest curvature of the loss at w₀. */
  readonly curvature: number
  /** Step sizes tried, in order, with the mean acceptance; null where the chain diverged. */
  readonly tried: readonly { readonly epsilon: number; readonly acceptance: number | null }[]
}

/** The share of steps that MALA must accept at a step size that `auto` takes. A judgement, on the safe side of 0.5. */
export const pilotBound = 0.8
/** Steps over which the share is taken, once the run has settled. */
export const pilotSteps = 20
/** Step sizes tried: halves of the one before, and quarters once so many were of no use. */
export const pilotTries = { halves: 12, all: 24 }
