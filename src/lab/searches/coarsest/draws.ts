import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { Diagnosis } from '../../../stage/metrics.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { ChildResult, ChildStage } from '../../../stage/stage-kind.ts'
import { doses } from '../../degradations/doses.ts'
import type { Path } from './bench.ts'
import { dosed } from './command-dose.ts'
import { diagnosisOf } from './judge.ts'
import { lossOf, type Loss, type Part } from './loss-of.ts'

/** A place on the path and the draws wanted there. */
export interface Place {
  readonly name: string
  /** nβ, or the coldness that stands for it. */
  readonly nbeta: number
  /** Draws to start from. */
  readonly warm?: ArtifactRef | undefined
}

/** What it takes to make draws. */
export type DrawBench = Pick<Path, 'model' | 'steps' | 'turned' | 'dose' | 'results'>

/** One set of draws of a level: made, under way, or broken. */
export interface Draws {
  readonly stages: readonly ChildStage[]
  /** Absent while it is under way. */
  readonly model?: ArtifactRef
  readonly diagnosis?: Diagnosis
  /** Results of the degradations, in order; as far as they are there. */
  readonly parts: readonly Part[]
}

/** A dose in a few words. */
export const doseAt = ({ dose }: Pick<Path, 'dose'>, nbeta: number): string => dose.label(dose.value(nbeta))

/** Where the stages of a set stand: the first set in the level itself, further ones below it. */
export const setName = (level: string, set: number): string => (set === 1 ? level : `${level}/more-${set}`)

/**
 * The stages that make one set of a level's draws. What comes before the turned degradation is the same for all levels, so
 * it is made once a set; further sets are made anew from the first degradation on, with random numbers of their own. What
 * the sets of a sampler share is where they start, which its burn-in is there to forget.
 */
export function drawsOf(bench: DrawBench, place: Place, set: number): Draws {
  const stages: ChildStage[] = []
  const parts: Part[] = []
  let model = bench.model
  for (const [at, { use, with: given, inputs, command }] of bench.steps.entries()) {
    const isTurned = at === bench.turned
    const name = stepName(bench, { level: setName(place.name, set), set, at })
    const warm = isTurned && place.warm !== undefined ? { warm: place.warm } : {}
    const turned = isTurned ? bench.dose.value(place.nbeta) : undefined
    const params = turned === undefined || command !== undefined ? given : { ...given, [bench.dose.param]: turned }
    const line = command === undefined ? {} : { command: turned === undefined ? command : dosed(command, turned) }
    const isTotal = at === 0 || countsFromOriginal(use)
    const original = at > 0 && isTotal ? { original: bench.model } : {}
    stages.push({ name, use, with: params, inputs: { ...original, ...inputs, model, ...warm }, ...line })
    const result = bench.results[name]
    if (result === undefined) return { stages, parts }
    parts.push({ result, isTotal })
    const diagnosis = diagnosisOf(result)
    if (diagnosis.verdict === 'broken') return { stages, parts, diagnosis }
    model = outputOf(result, 'model', use)
  }
  return { stages, parts, model, diagnosis: worstOf(parts.map((part) => diagnosisOf(part.result))) }
}

/** A sampler counts its excess from where it starts; the others from an `original` that they are given. */
const countsFromOriginal = (use: string): boolean => doses[use]?.warm === false

function stepName(
  { turned }: Pick<Path, 'turned'>,
  { level, set, at }: { level: string; set: number; at: number },
): string {
  if (at === turned) return `${level}/degrade`
  return at < turned ? `${set === 1 ? 'before' : `before-more-${set}`}/step-${at + 1}` : `${level}/then-${at + 1}`
}

/** The loss of all sets together, once each has one. */
export function lossOfSets(sets: readonly Draws[], from: number): Loss | undefined {
  return lossOf(
    sets.map(({ parts }) => parts),
    from,
  )
}

const rank = { healthy: 0, suspicious: 1, broken: 2 } as const

/** The one that says the worst; among equals the first. */
export const worstOf = (all: readonly Diagnosis[]): Diagnosis =>
  all.reduce<Diagnosis>(
    (worst, one) => (rank[one.verdict] > rank[worst.verdict] || worst.findings.length === 0 ? one : worst),
    {
      verdict: 'healthy',
      findings: [],
    },
  )

function outputOf({ outputs }: ChildResult, name: string, kind: string): ArtifactRef {
  const ref = outputs[name]
  if (ref === undefined) throw new StageError(`a degradation gives an output named ${name}, and ${kind} gave none`)
  return ref
}
