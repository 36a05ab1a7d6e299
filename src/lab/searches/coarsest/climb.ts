import type { ArtifactRef } from '../../../stage/artifact.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { ChildStage } from '../../../stage/stage-kind.ts'
import { diagnosisOf, measured } from './judge.ts'
import { coldestFirst, nextMove, type LadderPlan, type Move, type Rung } from './ladder.ts'
import {
  degradeStage,
  doseOf,
  levelOf,
  lossOf,
  lossStage,
  measureStages,
  originalOf,
  type Bench,
  type Level,
} from './levels.ts'

/** How far the search has come. */
export interface Climb {
  /** Every child wanted so far, in order. */
  readonly stages: readonly ChildStage[]
  /** The model itself, once measured. */
  readonly original?: Level
  /** Finished levels in the order they were tried. */
  readonly levels: readonly TriedLevel[]
  /** The model's own loss, nats per token, once known. */
  readonly from?: number
  /** The level under way. */
  readonly running?: {
    readonly name: string
    readonly nbeta: number
    readonly dose: string
    readonly target: number
    readonly loss?: { readonly mean: number; readonly se: number }
  }
  /** Why there is no next level; absent while the search goes on. */
  readonly stop?: Extract<Move, { type: 'stop' }>['because'] | 'original'
}
export type TriedLevel = Level & Rung

export interface ClimbRules extends Omit<LadderPlan, 'from'> {
  /** The model's own loss where it is given, nats per token. */
  readonly from: number | undefined
}

/** Replays the search over the results there are, up to the first child that is not finished. Pure. */
export function climb(bench: Bench, rules: ClimbRules): Climb {
  const start = beginning(bench, rules)
  if (start.original === undefined || start.from === undefined || start.stop !== undefined) return start
  const plan: LadderPlan = { ...rules, from: start.from }
  const stages = [...start.stages]
  const levels: TriedLevel[] = []
  for (;;) {
    const move = nextMove(levels, plan)
    const sofar = { ...start, stages, levels }
    if (move.type === 'stop') return { ...sofar, stop: move.because }
    const name = `level-${String(levels.length + 1).padStart(2, '0')}`
    const at = { name, nbeta: move.nbeta, purpose: move.purpose }
    const under = { name, nbeta: move.nbeta, dose: doseOf(bench, move.nbeta) }
    stages.push(degradeStage(bench, { ...at, warm: warmStart(bench, levels, move.nbeta) }))
    const degraded = bench.results[`${name}/degrade`]
    if (degraded === undefined) return { ...sofar, running: { ...under, target: move.target } }
    if (diagnosisOf(degraded).verdict !== 'broken')
      stages.push(...measureStages(bench, name, output(degraded.outputs, 'model', bench.degrade.use)))
    const level = levelOf(bench, { ...at, from: plan.from }, degraded)
    const loss = lossOf(degraded, plan.from)
    if (loss === undefined && diagnosisOf(degraded).verdict !== 'broken')
      throw new StageError(
        `the degradation ${bench.degrade.use} says no loss, so its levels have no scale`,
        'Give it measured: a dataset to measure the loss on.',
      )
    if (level === undefined) return { ...sofar, running: { ...under, target: move.target, ...(loss && { loss }) } }
    levels.push(level)
  }
}

/** Measures the model itself: does the claim hold there, and what is its loss? */
function beginning(bench: Bench, { from, until }: ClimbRules): Climb {
  const ask = from === undefined ? lossStage(bench) : undefined
  if (from === undefined && ask === undefined)
    throw new StageError(
      "the model's own loss is not known",
      'Give from: its loss in nats per token; without it, the degradation needs data to measure it on.',
    )
  const stages = [...measureStages(bench, 'original', bench.model), ...(ask === undefined ? [] : [ask])]
  const asked = ask && bench.results[ask.name]
  const loss =
    from === undefined ? asked && measured(asked, { output: 'metrics', metric: 'loss' }, 0.025) : { mean: from, se: 0 }
  if (loss === undefined) return { stages, levels: [] }
  if (!(until > loss.mean))
    throw new StageError(
      `until is ${until.toFixed(4)} nats/token, which is not above the model's own loss ${loss.mean.toFixed(4)}`,
      'until is the natural scale L*, on the same text that the degradation runs on.',
    )
  const original = originalOf(bench, { mean: loss.mean, se: loss.se })
  if (original === undefined) return { stages, levels: [], from: loss.mean }
  return {
    stages,
    levels: [],
    from: loss.mean,
    original,
    ...(original.status === 'held' ? {} : { stop: 'original' as const }),
  }
}

/** The draws to start from: those of the nearest level that is colder and sound. None where this would be the coldest. */
function warmStart({ results, dose }: Bench, levels: readonly TriedLevel[], nbeta: number): ArtifactRef | undefined {
  const colder = coldestFirst(levels)
    .filter((level) => level.nbeta > nbeta && level.status !== 'unhealthy')
    .at(-1)
  return dose.warm ? colder && results[`${colder.name}/degrade`]?.outputs.model : undefined
}

function output(outputs: Readonly<Record<string, ArtifactRef>>, name: string, kind: string): ArtifactRef {
  const ref = outputs[name]
  if (ref === undefined) throw new StageError(`a degradation gives an output named ${name}, and ${kind} gave none`)
  return ref
}
