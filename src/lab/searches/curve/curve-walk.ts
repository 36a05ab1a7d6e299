import type { ArtifactRef } from '../../../stage/artifact.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { ChildStage, Template } from '../../../stage/stage-kind.ts'
import type { Path } from '../coarsest/bench.ts'
import { doseAt, drawsOf, lossOfSets, type Draws } from '../coarsest/draws.ts'
import { measured, type Measured } from '../coarsest/judge.ts'
import type { Loss } from '../coarsest/loss-of.ts'
import { placed } from '../coarsest/placed.ts'
import type { CurveLevel } from './curve-answer.ts'
import { nextLevel, type CurvePlan, type NextLevel } from './next-level.ts'

export interface CurvePath extends Path {
  readonly measure: Readonly<Record<string, Template>>
}

const alpha = 0.025

/** The stages that measure a model by every experiment. */
export const measureStages = ({ measure }: CurvePath, level: string, model: ArtifactRef): ChildStage[] =>
  Object.entries(measure).map(([name, template]) => placed(template, { name: `${level}/${name}`, model }))

/** What they measured, once all have. */
export function metricsAt(
  { measure, results }: CurvePath,
  level: string,
): Readonly<Record<string, Measured>> | undefined {
  const found = Object.keys(measure).map((name) => [name, results[`${level}/${name}`]] as const)
  if (found.some(([, child]) => child === undefined)) return undefined
  return Object.fromEntries(
    found.map(([name, child]) => [name, measured(child!, { output: 'metrics', metric: undefined }, alpha)]),
  )
}

interface Made extends NextLevel {
  readonly name: string
  readonly draws: Draws
  readonly model: ArtifactRef
  readonly loss: Loss
}

/**
 * Every level of the curve, as far as the results allow: `levels` once all are measured, by rising loss. A sampler's level
 * starts from the nearest colder one, so those come one after the other; what is given doses and starts afresh goes side
 * by side. Throws StageError where a sampler breaks.
 */
export function walk(
  path: CurvePath,
  plan: CurvePlan,
): { stages: readonly ChildStage[]; levels?: readonly CurveLevel[] } {
  const stages = new Map<string, ChildStage>()
  const made: Made[] = []
  const waits = path.dose.warm || plan.losses !== undefined
  let open = false
  for (let i = 0; !(open && waits); i++) {
    // Side by side the place in the list is enough to know the next one.
    const next = waits ? nextLevel(made, plan) : sideBySide(plan, i)
    if (next === undefined) break
    const name = `level-${String(i + 1).padStart(2, '0')}`
    const draws = drawsOf(path, { name, nbeta: next.nbeta, warm: warmStart(path, made, next.nbeta) }, 1)
    const level = madeLevel(path, { name, next, draws, from: plan.from })
    for (const stage of [...draws.stages, ...(level === undefined ? [] : measureStages(path, name, level.model))])
      stages.set(stage.name, stage)
    if (level === undefined) open = true
    else made.push(level)
  }
  const levels = made.flatMap((level) => finished(path, level))
  const done = !open && levels.length === made.length
  return { stages: [...stages.values()], ...(done ? { levels: levels.sort((a, b) => a.loss.mean - b.loss.mean) } : {}) }
}

function sideBySide({ doses }: CurvePlan, index: number): NextLevel | undefined {
  const nbeta = doses?.[index]
  return nbeta === undefined ? undefined : { nbeta }
}

function madeLevel(
  path: CurvePath,
  { name, next, draws, from }: { name: string; next: NextLevel; draws: Draws; from: number },
): Made | undefined {
  if (draws.diagnosis?.verdict === 'broken')
    throw new StageError(
      `the sampler broke at ${doseAt(path, next.nbeta)}: ${draws.diagnosis.findings[0]?.text ?? 'no draws'}`,
      'Lower eta (or epsilon) of the degradation.',
    )
  if (draws.model === undefined) return undefined
  const loss = lossOfSets([draws], from)
  if (loss === undefined)
    throw new StageError(
      `the degradation at ${doseAt(path, next.nbeta)} says no loss`,
      'Give it measured: a dataset to measure the loss on.',
    )
  return { ...next, name, draws, model: draws.model, loss }
}

function finished(path: CurvePath, { name, nbeta, target, loss, draws }: Made): CurveLevel[] {
  const metrics = metricsAt(path, name)
  if (metrics === undefined) return []
  const verdict = draws.diagnosis?.verdict ?? 'healthy'
  return [
    { name, nbeta, dose: doseAt(path, nbeta), loss, metrics, verdict, ...(target === undefined ? {} : { target }) },
  ]
}

function warmStart({ dose }: CurvePath, made: readonly Made[], nbeta: number): ArtifactRef | undefined {
  const colder = made.filter((level) => level.nbeta > nbeta).sort((a, b) => b.nbeta - a.nbeta)
  return dose.warm ? colder.at(-1)?.model : undefined
}
