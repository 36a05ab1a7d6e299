import type { ArtifactRef } from '../../../stage/artifact.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { ChildResult, ChildStage } from '../../../stage/stage-kind.ts'
import type { Bench } from './bench.ts'
import { doseAt } from './draws.ts'
import { measured } from './judge.ts'
import { coldestFirst, nextMove, type LadderPlan, type Move, type Rung } from './ladder.ts'
import { guessStage, levelAt, lossStage, originalAt, type Level, type LevelNow } from './levels.ts'
import type { Loss } from './loss-of.ts'

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
  /** The natural scale, nats per token, once known. */
  readonly until?: number
  /** What a uniform guess loses on the same data, nats, where L* is given and that is known. */
  readonly guess?: number
  /** The level under way; the first of them where all are measured at once. */
  readonly running?: Running
  /** Why there is no next level; absent while the search goes on. */
  readonly stop?: Extract<Move, { type: 'stop' }>['because'] | 'original'
}
export interface Running {
  readonly name: string
  readonly nbeta: number
  readonly dose: string
  readonly target?: number
  readonly loss?: Loss
  readonly looks: number
}
export type TriedLevel = Level & Rung & { readonly model?: ArtifactRef }

export interface ClimbRules extends Omit<LadderPlan, 'from' | 'until'> {
  /** The model's own loss where it is given, nats per token. */
  readonly from: number | undefined
  /** The natural scale where it is given, nats per token. */
  readonly until: number | undefined
  /** Where it is not: how far above the model the first level is wanted. */
  readonly step: number
  /** Every level there is, coldest first, where all of them are to be measured. */
  readonly all: readonly number[] | undefined
}

/** Replays the search over the results there are, up to the first child that is not finished. Pure. */
export function climb(bench: Bench, rules: ClimbRules): Climb {
  const start = beginning(bench, rules)
  if (start.original === undefined || start.from === undefined || start.until === undefined || start.stop !== undefined)
    return start
  const plan: LadderPlan = { ...rules, from: start.from, until: start.until }
  return rules.all === undefined
    ? ladder(bench, plan, start)
    : everyLevel(bench, { from: plan.from, all: rules.all }, start)
}

/** Level after level, each chosen by what the ones before it gave. */
function ladder(bench: Bench, plan: LadderPlan, start: Climb): Climb {
  const stages = [...start.stages]
  const levels: TriedLevel[] = []
  for (;;) {
    const move = nextMove(levels, plan)
    const sofar = { ...start, stages, levels }
    if (move.type === 'stop') return { ...sofar, stop: move.because }
    const { nbeta, purpose, target } = move
    const warm = warmStart(bench, levels, nbeta)
    const place = { name: levelName(levels.length), nbeta, purpose, warm, from: plan.from }
    const now = levelAt(bench, place)
    stages.push(...now.stages)
    mustHaveLoss(bench, now)
    if (now.level === undefined) return { ...sofar, running: { ...runningAt(bench, place, now), target } }
    levels.push({ ...now.level, ...(now.model && { model: now.model }) })
  }
}

/** All levels side by side: where nothing says that what fails stays failed, none may be left out. */
function everyLevel(bench: Bench, { from, all }: { from: number; all: readonly number[] }, start: Climb): Climb {
  const places = all.map((nbeta, i) => ({ name: levelName(i), nbeta, purpose: 'all' as const, from }))
  const found = places.map((place) => ({ place, now: levelAt(bench, place) }))
  for (const { now } of found) mustHaveLoss(bench, now)
  const stages = [
    ...new Map([...start.stages, ...found.flatMap(({ now }) => now.stages)].map((one) => [one.name, one])).values(),
  ]
  const levels = found.flatMap(({ now: { level, model } }) =>
    level === undefined ? [] : [{ ...level, ...(model && { model }) }],
  )
  const open = found.find(({ now }) => now.level === undefined)
  const sofar = { ...start, stages, levels }
  return open === undefined
    ? { ...sofar, stop: 'range-ends' }
    : { ...sofar, running: runningAt(bench, open.place, open.now) }
}

const levelName = (index: number): string => `level-${String(index + 1).padStart(2, '0')}`

const runningAt = (
  bench: Bench,
  { name, nbeta }: { name: string; nbeta: number },
  { loss, looks }: LevelNow,
): Running => ({
  name,
  nbeta,
  dose: doseAt(bench, nbeta),
  looks,
  ...(loss && { loss }),
})

function mustHaveLoss({ steps }: Bench, { model, loss }: LevelNow): void {
  if (model !== undefined && loss === undefined)
    throw new StageError(
      `the degradation ${steps.at(-1)?.use ?? ''} says no loss, so its levels have no scale`,
      'Give it measured: a dataset to measure the loss on.',
    )
}

/** Measures the model itself: does the claim hold there, and what is its loss? */
function beginning(bench: Bench, { from, until, step }: ClimbRules): Climb {
  const ask = from === undefined ? lossStage(bench) : undefined
  if (from === undefined && ask === undefined)
    throw new StageError(
      "the model's own loss is not known",
      'Give the degradation measured: data to measure the loss on; or give from: the loss itself.',
    )
  const asked = ask && bench.results[ask.name]
  const loss: Loss | undefined = from === undefined ? asked && ownLoss(asked) : { mean: from, se: 0 }
  if (loss !== undefined && until !== undefined && !(until > loss.mean))
    throw new StageError(
      `until is ${until.toFixed(4)}, which is not above the model's own loss ${loss.mean.toFixed(4)}`,
      'until is the natural scale L*, on the same text that the degradation runs on.',
    )
  const original = originalAt(bench, loss)
  const guess = until === undefined ? undefined : guessStage(bench)
  const stages = [...original.stages, ...[ask, guess].filter((one) => one !== undefined)]
  const guessed = guess && bench.results[guess.name]?.outputs['uniform']
  if (loss === undefined || (guess !== undefined && guessed === undefined)) return { stages, levels: [] }
  const uniform = guessed !== undefined && 'value' in guessed ? Number(guessed.value) : 0
  const known = {
    ...{ stages, levels: [], from: loss.mean, until: until ?? loss.mean + step },
    ...(uniform > 0 && { guess: uniform }),
  }
  if (original.level === undefined) return known
  return {
    ...known,
    original: original.level,
    ...(original.level.status === 'held' ? {} : { stop: 'original' as const }),
  }
}

function ownLoss(asked: ChildResult): Loss {
  const { mean, se, unit } = measured(asked, { output: 'metrics', metric: 'loss' }, 0.025)
  return { mean, se, ...(unit === 'nats/token' ? {} : { unit }) }
}

/** The draws to start from: those of the nearest level that is colder and sound. None where this would be the coldest. */
function warmStart({ dose }: Bench, levels: readonly TriedLevel[], nbeta: number): ArtifactRef | undefined {
  const colder = coldestFirst(levels).filter((level) => level.nbeta > nbeta && level.status !== 'unhealthy')
  return dose.warm ? colder.at(-1)?.model : undefined
}
