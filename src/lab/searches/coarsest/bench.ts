import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { Claim } from '../../../stage/claim.ts'
import type { Sofar, Template } from '../../../stage/stage-kind.ts'
import type { Dose } from '../../degradations/doses.ts'

/** A path from the model to rougher ones. */
export interface Path {
  readonly model: ArtifactRef
  /** The degradations, each applied to what the one before it gives; most often a single one. */
  readonly steps: readonly Template[]
  /** Which of them is turned, counted from 0. */
  readonly turned: number
  /** How that one is turned. */
  readonly dose: Dose
  readonly results: Sofar<unknown>['results']
}

/** What all levels of a search for the coarsest scale share. */
export interface Bench extends Path {
  readonly measure: Template
  readonly beside: Readonly<Record<string, Template>>
  readonly claim: Claim
  readonly spending: Spending
}

/** How the error rate is shared out: every look at every level has a part of its own. */
export interface Spending {
  /** Error rate of one level, on each side. */
  readonly level: number
  /** Most looks at one level. */
  readonly rounds: number
}

/**
 * Error rate of the n-th look at a level, from 1: a half, a quarter, … of the level's, the last look taking what is left.
 * The parts add up to the level's, so by the union bound a level whose true mean misses the claim is passed at any of its
 * looks with that probability at most, whatever made the search look again (alpha spending; Lan and DeMets 1983).
 */
export const alphaOf = ({ level, rounds }: Spending, look: number): number =>
  level * 2 ** -Math.min(look, Math.max(1, rounds - 1)) * (rounds === 1 ? 2 : 1)

/** The degradations of a template, in order. */
export const stepsOf = ({ then = [], ...first }: Template): readonly Template[] => [first, ...then]
