import type { HookedNetwork } from '../../../engine/intervention/hooked-network.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { Reading } from '../../series.ts'
import { ratioOfMeans } from '../../statistics/ratio-of-means.ts'
import type { PairBatch } from '../pairs/pair-batch.ts'
import { packPairs } from '../pairs/pair-batch.ts'
import { scoreRun } from '../pairs/score-run.ts'
import type { ScoreName } from '../pairs/score.ts'
import { ablate, substitutesFor, type AblationKind } from './ablation.ts'
import { edgeCutter } from './cut-edges.ts'
import type { CircuitEdge, CircuitNode, CircuitPart } from './nodes.ts'

export interface CircuitPlan {
  /** Everything that can be taken out. */
  readonly nodes: readonly CircuitPart[]
  readonly ablation: AblationKind
  readonly score: ScoreName
}

/** Scores of every pair with some nodes taken out. */
export type WithoutNodes = (gone: readonly CircuitPart[]) => Promise<Float64Array>

/** Prepares what stands in for nodes that are taken out of the clean prompts. */
export async function ablator(
  network: HookedNetwork,
  batch: PairBatch,
  { nodes, ablation, score }: CircuitPlan,
): Promise<WithoutNodes> {
  if (nodes.every((part) => 'from' in part)) {
    const without = await edgeCutter(network, batch, { ablation, score })
    return (gone) => without(gone as readonly CircuitEdge[])
  }
  const hooks = [...new Set(nodes.flatMap((part) => ('hook' in part ? [part.hook] : [])))]
  const substitutes = await substitutesFor(network, batch, { kind: ablation, hooks })
  return (gone) =>
    scoreRun(network, batch, {
      prompts: 'clean',
      score,
      edits: ablate(hooks, gone as readonly CircuitNode[], substitutes),
    })
}

/** m(M) and m(∅) of every pair: nothing taken out, and everything. */
export interface Ends {
  readonly whole: Float64Array
  readonly empty: Float64Array
}

/** Throws StageError where nothing changes when all is taken out: then f is no number. */
export async function endsOf(without: WithoutNodes, nodes: readonly CircuitPart[]): Promise<Ends> {
  const ends = { whole: await without([]), empty: await without(nodes) }
  const gap = ends.whole.reduce((sum, score, i) => sum + score - ends.empty[i]!, 0)
  if (Number.isNaN(gap)) throw new StageError('the model gives NaN here: its weights have diverged')
  if (gap === 0)
    throw new StageError(
      'the model scores the same with everything taken out, so faithfulness has nothing to be a share of',
      'Take another score or other prompts.',
    )
  return ends
}

/** f = (m − m(∅))/(m(M) − m(∅)) and its standard error over pairs. Marks et al. 2024, arXiv 2403.19647. */
export const shareOf = (scores: Float64Array, { whole, empty }: Ends): Reading =>
  ratioOfMeans(
    scores.map((score, i) => score - empty[i]!),
    whole.map((score, i) => score - empty[i]!),
  )

/** Nodes by what the score loses when each alone is set to its activation on the corrupted prompt; largest magnitude first. */
export async function rankNodes(
  network: HookedNetwork,
  batch: PairBatch,
  plan: CircuitPlan,
): Promise<{ readonly node: CircuitPart; readonly effect: number }[]> {
  const without = await ablator(network, batch, { ...plan, ablation: 'resample' })
  const mean = (scores: Float64Array): number => scores.reduce((a, b) => a + b, 0) / scores.length
  const whole = mean(await without([]))
  const effects: { node: CircuitPart; effect: number }[] = []
  for (const node of plan.nodes) effects.push({ node, effect: whole - mean(await without([node])) })
  return effects.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
}

/** Every second pair, from `start`: one half finds a circuit, the other tests it. */
export const halfOf = ({ pairs }: PairBatch, start: 0 | 1): PairBatch =>
  packPairs(pairs.filter((_, i) => i % 2 === start))

/**
 * Areas over k by the trapezoid rule, CPR = ∫ f dk and CMD = ∫ |1 − f| dk, with their standard errors over pairs, from
 * the scores of every pair at each k. MIB, Mueller et al. 2025, arXiv 2504.13151.
 */
export function areas(
  ks: readonly number[],
  curve: readonly Float64Array[],
  ends: Ends,
): { cpr: Reading; cmd: Reading } {
  const weights = ks.map((k, i) => ((ks[i + 1] ?? k) - (ks[i - 1] ?? k)) / 2)
  const gap = ends.whole.map((score, i) => score - ends.empty[i]!)
  const sum = (value: (pair: number, scores: Float64Array) => number): Float64Array =>
    gap.map((_, pair) => curve.reduce((total, scores, i) => total + weights[i]! * value(pair, scores), 0))
  const signs = new Map(curve.map((scores) => [scores, Math.sign(1 - shareOf(scores, ends).mean)]))
  return {
    cpr: ratioOfMeans(
      sum((pair, scores) => scores[pair]! - ends.empty[pair]!),
      gap,
    ),
    cmd: ratioOfMeans(
      sum((pair, scores) => signs.get(scores)! * (ends.whole[pair]! - scores[pair]!)),
      gap,
    ),
  }
}
