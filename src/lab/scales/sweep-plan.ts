import type { JsonObject } from '../../base/json.ts'
import type { ArtifactRef } from '../../stage/artifact.ts'
import type { ChildResult, ChildStage } from '../../stage/stage-kind.ts'
import { pilotParams } from '../degradations/sgld/params.ts'
import { plainValue } from './llc-samples.ts'

/** What a sweep is given, beside what every cell's sampler takes as it is. */
export interface SweepGiven {
  readonly epsilons?: readonly number[]
  readonly kappa?: number
  readonly gamma?: number
  readonly burnin?: number
  readonly every?: number
  /** The sampler's other parameters. */
  readonly rest: JsonObject
}

/** A cell's place, and the stage that samples there. */
export interface PlannedCell {
  readonly nbeta: number
  readonly epsilon: number
  readonly stage: ChildStage
}
/** A row of the grid; without cells until its pilot has found the largest step. */
export interface PlannedRow {
  readonly pilot?: ChildStage
  readonly cells?: readonly PlannedCell[]
}

/** Parts of the largest healthy step that are tried where no step sizes are given: flat means that these agree. */
export const stepParts = [1, 1 / 2, 1 / 4] as const
/** Steps from one draw to the next at a row's largest step; smaller steps take as much time, in more steps. */
const stepsBetweenDraws = 20
/** More steps than this are not burnt in unasked; the verdict then says that the chain has not forgotten its start. */
const longestBurnin = 10_000

interface Around {
  readonly row: number
  readonly nbeta: number
  readonly inputs: Readonly<Record<string, ArtifactRef>>
  readonly results: Readonly<Record<string, ChildResult>>
}

/** The row of a temperature: its cells, and the pilot run that finds their step sizes where none are given. */
export function plannedRow(given: SweepGiven, { row, nbeta, inputs, results }: Around): PlannedRow {
  const { epsilons, kappa, gamma, rest } = given
  const localization = { ...(kappa === undefined ? {} : { kappa }), ...(gamma === undefined ? {} : { gamma }) }
  const known = { ...rest, ...localization, nbeta }
  const name = `pilot-${row}`
  const pilot: ChildStage | undefined =
    epsilons === undefined ? { name, use: 'step-size-pilot', with: pilotGiven(known), inputs } : undefined
  const found = pilot === undefined ? undefined : results[name]?.outputs['epsilon']
  const steps = epsilons ?? (found && stepParts.map((part) => part * (plainValue(found) as unknown as number)))
  const cells = steps?.map((epsilon, column): PlannedCell => ({
    nbeta,
    epsilon,
    stage: {
      name: `cell-${row}-${column}`,
      use: 'sgld',
      with: { ...known, epsilon, ...timesOf(given, { nbeta, epsilon, largest: Math.max(...steps) }) },
      inputs,
    },
  }))
  return { ...(pilot && { pilot }), ...(cells && { cells }) }
}

const pilotGiven = (known: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(known).filter(([name]) => name in pilotParams))

interface Step {
  readonly nbeta: number
  readonly epsilon: number
  readonly largest: number
}
/** Burn-in of two relaxation times 2/(εγ), and as much time between draws in every cell of a row. */
function timesOf(
  { kappa = 1, gamma, burnin, every }: SweepGiven,
  { nbeta, epsilon, largest }: Step,
): { readonly burnin: number; readonly every: number } {
  const relaxation = 2 / (epsilon * (gamma ?? kappa * nbeta))
  return {
    burnin: burnin ?? Math.min(longestBurnin, Math.ceil(2 * relaxation)),
    every: every ?? Math.min(longestBurnin, Math.round((stepsBetweenDraws * largest) / epsilon)),
  }
}
