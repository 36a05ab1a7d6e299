import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { Diagnosis } from '../../../stage/metrics.ts'
import type { ChildStage } from '../../../stage/stage-kind.ts'
import type { Bench, Path } from './bench.ts'
import { doseAt, lossOfSets, type Place } from './draws.ts'
import { diagnosisOf, measured, type Measured } from './judge.ts'
import type { LevelStatus, Purpose, Rung } from './ladder.ts'
import { lookAt, type Looked } from './looks.ts'
import type { Loss } from './loss-of.ts'
import { placed } from './placed.ts'
import { wouldDecide, type WouldDecide } from './would-decide.ts'

/** One row of the answer. The original model is a level without a temperature. */
export interface Level {
  readonly name: string
  /** nβ, or the coldness that stands for it (`degradations/doses.ts`); null for the model itself. */
  readonly nbeta: number | null
  /** What was turned, such as `nβ 3000`. */
  readonly dose: string
  readonly purpose: Purpose | 'original'
  readonly status: LevelStatus
  /** Nats per token. Absent, like `metric`, where the sampler broke and nothing was measured. */
  readonly loss?: Loss
  readonly metric?: Measured
  /** Measured beside the claim; bounds at 95 %, both sides. */
  readonly beside: Readonly<Record<string, Measured>>
  readonly diagnosis: Diagnosis
  /** How often the claim was judged here, each time with more prompts or draws. */
  readonly looks: number
  /** Of a level that is not decided: what would decide it. */
  readonly wouldDecide?: WouldDecide
}

const besideAlpha = 0.025

/** A level under way or finished. */
export interface LevelNow {
  readonly stages: readonly ChildStage[]
  /** Known as soon as the first draws are there. */
  readonly loss?: Loss
  /** How often it has been looked at. */
  readonly looks: number
  /** Present once it is finished. */
  readonly level?: Level & Rung
  /** The first set of draws. */
  readonly model?: ArtifactRef
}

/** Everything about a level that its results allow. A broken sampler holds nothing and is not measured. */
export function levelAt(bench: Bench, place: Place & { readonly purpose: Purpose; readonly from: number }): LevelNow {
  const { name, nbeta, purpose, from } = place
  const looked = lookAt(bench, place)
  const [first] = looked.sets
  const beside = first?.model === undefined ? [] : besideStages(bench, name, first.model)
  const stages = [...looked.stages, ...beside]
  const made = looked.sets.filter(({ parts }) => parts.length === bench.steps.length)
  const loss = made.length === 0 ? undefined : lossOfSets(made, from)
  const now: LevelNow = {
    stages,
    looks: looked.looks,
    ...(loss === undefined ? {} : { loss }),
    ...(first?.model === undefined ? {} : { model: first.model }),
  }
  if (!looked.done) return now
  const broken = looked.sets.find(({ diagnosis }) => diagnosis?.verdict === 'broken')?.diagnosis
  const head = { name, nbeta, purpose, dose: doseAt(bench, nbeta), looks: looked.looks, ...(loss && { loss }) }
  if (broken !== undefined) return { ...now, level: { ...head, status: 'unhealthy', beside: {}, diagnosis: broken } }
  const found = besideOf(bench, name)
  if (found === undefined) return now
  const diagnosis = first?.diagnosis ?? diagnosisOf({ outputs: {} })
  return { ...now, level: { ...head, ...judgedPart(bench, looked), beside: found, diagnosis } }
}

/** The model itself as a level, once measured. */
export function originalAt(bench: Bench, loss: Loss | undefined): { stages: readonly ChildStage[]; level?: Level } {
  const looked = lookAt(bench, undefined)
  const stages = [...looked.stages, ...besideStages(bench, 'original', bench.model)]
  const beside = besideOf(bench, 'original')
  if (!looked.done || beside === undefined || loss === undefined) return { stages }
  return {
    stages,
    level: {
      name: 'original',
      nbeta: null,
      dose: 'the model',
      purpose: 'original',
      loss,
      beside,
      looks: looked.looks,
      ...judgedPart(bench, looked),
      diagnosis: { verdict: 'healthy', findings: [] },
    },
  }
}

function judgedPart(
  bench: Bench,
  { metric, status, spends }: Looked,
): Pick<Level, 'metric' | 'status' | 'wouldDecide'> {
  if (metric === undefined || status === undefined) throw new Error('a level that was looked at has a metric')
  return {
    metric,
    status,
    ...(status === 'undecided' ? { wouldDecide: wouldDecide(bench.claim, metric, spends) } : {}),
  }
}

const besideStages = ({ beside }: Bench, level: string, model: ArtifactRef): ChildStage[] =>
  Object.entries(beside).map(([key, template]) => placed(template, { name: `${level}/beside-${key}`, model }))

/** What was measured beside the claim, once all of it is there. */
function besideOf({ beside, results }: Bench, level: string): Level['beside'] | undefined {
  const found = Object.keys(beside).map((key) => [key, results[`${level}/beside-${key}`]] as const)
  if (found.some(([, child]) => child === undefined)) return undefined
  return Object.fromEntries(
    found.map(([key, child]) => [key, measured(child!, { output: 'metrics', metric: undefined }, besideAlpha)]),
  )
}

/** The stage that measures the model's own loss, on the text that the degradation measures its draws on. */
export function lossStage({ steps, model }: Pick<Path, 'steps' | 'model'>): ChildStage | undefined {
  const data = measuredOn({ steps })
  return data && { name: 'original/loss', use: 'loss', with: {}, inputs: { model, data } }
}

/** The stage that says what a uniform guess loses there. */
export function guessStage(path: Pick<Path, 'steps'>): ChildStage | undefined {
  const data = measuredOn(path)
  return data && { name: 'original/guess', use: 'data-size', with: {}, inputs: { data } }
}

const measuredOn = ({ steps }: Pick<Path, 'steps'>): ArtifactRef | undefined =>
  steps.map(({ inputs }) => inputs['measured'] ?? inputs['data']).findLast((one) => one !== undefined)
