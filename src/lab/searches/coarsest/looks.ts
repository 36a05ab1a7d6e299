import { normalQuantile } from '../../../engine/sampling/normal.ts'
import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { ChildResult, ChildStage } from '../../../stage/stage-kind.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { studentTQuantile } from '../../statistics/student-t.ts'
import { alphaOf, type Bench } from './bench.ts'
import { drawsOf, setName, type Draws, type Place } from './draws.ts'
import { estimateOnce } from './estimate-once.ts'
import { judge, samplesOf, type Measured } from './judge.ts'
import { placed } from './placed.ts'
import { pool, shareOfItems } from './pool.ts'

/** What is spent on a level that is not decided: as many again of the one or the other. */
export type More = 'items' | 'draws'

/** A level after the looks that its results allow. */
export interface Looked {
  readonly stages: readonly ChildStage[]
  readonly sets: readonly Draws[]
  /** The claim's metric at the last look; absent while the first is under way, and where the sampler broke. */
  readonly metric?: Measured
  /** What the last look decided. */
  readonly status?: 'held' | 'failed' | 'undecided'
  /** Looks taken. */
  readonly looks: number
  /** Whether no further look will be taken. */
  readonly done: boolean
  /** What would make the interval narrower: absent where nothing would, because all that there is has been measured. */
  readonly spends?: More
}

interface Size {
  readonly sets: number
  readonly passes: number
}

/**
 * Looks at one level until the claim is decided there or the looks are spent. Each look after the first has twice as many
 * draws, or where most of the error is that of the items (prompts) twice as many of those for the draws there are. Every
 * look is judged with its own part of the error rate (`alphaOf`). What answers the same bytes to a fresh seed draws nothing
 * at random, and is not asked again.
 */
export function lookAt(bench: Bench, place: Place | undefined): Looked {
  let size: Size = { sets: 1, passes: 1 }
  let spent: ReadonlySet<More> = place === undefined ? new Set(['draws']) : new Set()
  let last: Omit<Looked, 'stages' | 'sets' | 'done'> = { looks: 0 }
  const stages = new Map<string, ChildStage>()
  for (let look = 1; ; look++) {
    const sets = Array.from({ length: size.sets }, (_, i) => setOf(bench, place, i + 1))
    const measures = sets.flatMap((set, i) => measureStages(bench, { set, name: nameOf(place, i + 1), size }))
    for (const stage of [...sets.flatMap((set) => set.stages), ...measures]) stages.set(stage.name, stage)
    const sofar = { stages: [...stages.values()], sets }
    if (sets.some(({ diagnosis }) => diagnosis?.verdict === 'broken')) return { ...sofar, looks: look, done: true }
    const passes = sets.map((_, i) => passesOf(bench, nameOf(place, i + 1), size))
    if (passes.some((one) => one.some((child) => child === undefined))) return { ...sofar, ...last, done: false }
    const found = { sets, passes: passes as ChildResult[][] }
    spent = new Set([...spent, ...sameAgain(found)])
    const usable = withoutCopies(found, spent)
    const now = judged(bench, usable, look)
    const spends = nextOf(now, spent)
    last = { ...now, looks: look, ...(spends === undefined ? {} : { spends }) }
    if (now.status !== 'undecided' || spends === undefined || look >= bench.spending.rounds)
      return { ...sofar, ...last, done: true }
    size = spends === 'items' ? { ...size, passes: 2 * size.passes } : { ...size, sets: 2 * size.sets }
  }
}

const nameOf = (place: Place | undefined, set: number): string =>
  place === undefined ? 'original' : setName(place.name, set)

const setOf = (bench: Bench, place: Place | undefined, set: number): Draws =>
  place === undefined ? { stages: [], parts: [], model: bench.model } : drawsOf(bench, place, set)

const passName = (set: string, pass: number): string => `${set}/measure${pass === 1 ? '' : `-${pass}`}`

function measureStages(bench: Bench, { set, name, size }: { set: Draws; name: string; size: Size }): ChildStage[] {
  const { model } = set
  if (model === undefined) return []
  return Array.from({ length: size.passes }, (_, i) => placed(bench.measure, { name: passName(name, i + 1), model }))
}

const passesOf = ({ results }: Bench, name: string, { passes }: Size): (ChildResult | undefined)[] =>
  Array.from({ length: passes }, (_, i) => results[passName(name, i + 1)])

interface Found {
  readonly sets: readonly Draws[]
  readonly passes: readonly (readonly ChildResult[])[]
}

/** Whether a second set or a second pass is the first one again, to the byte. */
function sameAgain({ sets, passes }: Found): More[] {
  const same = (a: ArtifactRef | undefined, b: ArtifactRef | undefined): boolean =>
    a !== undefined && a.digest === b?.digest
  return [
    ...(same(sets[0]?.model, sets[1]?.model) ? (['draws'] as const) : []),
    ...(same(passes[0]?.[0]?.outputs['metrics'], passes[0]?.[1]?.outputs['metrics']) ? (['items'] as const) : []),
  ]
}

const withoutCopies = ({ sets, passes }: Found, spent: ReadonlySet<More>): Found => {
  const [count, deep] = [spent.has('draws') ? 1 : sets.length, spent.has('items') ? 1 : Infinity]
  return { sets: sets.slice(0, count), passes: passes.slice(0, count).map((one) => one.slice(0, deep)) }
}

function judged(
  bench: Bench,
  { passes }: Found,
  look: number,
): { metric: Measured; status: 'held' | 'failed' | 'undecided'; share: number; widening: number } {
  const samples = pool(
    passes.map((one) => one.map((child) => samplesOf(child, { output: 'metrics', metric: bench.claim.metric }))),
  )
  const alpha = alphaOf(bench.spending, look)
  const found = estimateOnce(samples, alpha)
  const metric = { ...found, items: samples.items, unit: samples.unit }
  return {
    metric,
    status: judge(bench.claim, found),
    share: shareOfItems(samples, found),
    widening: wideningOf(found, alpha),
  }
}

/** How much wider the interval is because so few draws say how much they differ: Student's t over the normal law's. */
const wideningOf = ({ chains, draws, effective }: Estimate, alpha: number): number =>
  chains * draws === 1
    ? 1
    : studentTQuantile(1 - alpha, Math.max(1, chains - 1, effective / 2)) / normalQuantile(1 - alpha)

/** Twice the items cannot make the interval narrower than by √2; where few draws cost more than that, draws are wanted. */
function nextOf(
  { share, widening }: { readonly share: number; readonly widening: number },
  spent: ReadonlySet<More>,
): More | undefined {
  const wanted: More = share >= 0.5 && widening < Math.SQRT2 ? 'items' : 'draws'
  const other: More = wanted === 'items' ? 'draws' : 'items'
  return !spent.has(wanted) ? wanted : spent.has(other) ? undefined : other
}
