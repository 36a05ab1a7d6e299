import type { HookedNetwork } from '../../../engine/intervention/hooked-network.ts'
import type { Reading } from '../../series.ts'
import type { PairBatch } from '../pairs/pair-batch.ts'
import { sizesOf } from './circuit-sizes.ts'
import { ablator, endsOf, halfOf, rankNodes, shareOf, type CircuitPlan, type Ends } from './evaluate.ts'
import type { CircuitPart } from './nodes.ts'

export interface CircuitReading extends Ends {
  readonly nodes: readonly string[]
  /** m(C) of every pair. */
  readonly kept: Float64Array
  readonly faithfulness: Reading
  readonly completeness: Reading
  /** Scores of every pair at each size, of a ranked circuit. */
  readonly curve?: readonly Float64Array[]
  /** Importance of each node, most important first, of a ranked circuit. */
  readonly ranking?: readonly { readonly node: string; readonly effect: number }[]
  /** f of the whole model without each class. */
  readonly classes: readonly { readonly name: string; readonly without: Reading }[]
}

interface Plan extends CircuitPlan {
  /** Left out: ranked on one half of the pairs, measured on the other. */
  readonly circuit?: readonly CircuitPart[]
  readonly classes: readonly { readonly name: string; readonly nodes: readonly CircuitPart[] }[]
  readonly k: number
}

/** Measures one model's circuit. */
export async function measureCircuit(network: HookedNetwork, all: PairBatch, plan: Plan): Promise<CircuitReading> {
  const { nodes, circuit, k } = plan
  const ranking = circuit === undefined ? await rankNodes(network, halfOf(all, 0), plan) : undefined
  const order = ranking?.map(({ node }) => node) ?? circuit!
  const without = await ablator(network, ranking === undefined ? all : halfOf(all, 1), plan)
  const ends = await endsOf(without, nodes)
  const keeping = (kept: readonly CircuitPart[]) => without(nodes.filter((node) => !kept.includes(node)))
  const inside = ranking === undefined ? order : order.slice(0, countAt(k, nodes.length))
  const kept = await keeping(inside)
  const curve: Float64Array[] = []
  for (const size of ranking === undefined ? [] : sizesOf)
    curve.push(await keeping(order.slice(0, countAt(size, nodes.length))))
  const classes: { name: string; without: Reading }[] = []
  for (const one of plan.classes) classes.push({ name: one.name, without: shareOf(await without(one.nodes), ends) })
  return {
    ...ends,
    nodes: inside.map(({ name }) => name),
    kept,
    faithfulness: shareOf(kept, ends),
    completeness: shareOf(await without(inside), ends),
    classes,
    ...(ranking === undefined
      ? {}
      : { curve, ranking: ranking.map(({ node, effect }) => ({ node: node.name, effect })) }),
  }
}

/** Nodes in a share k of them, to the nearest whole number. */
const countAt = (k: number, nodes: number): number => Math.round(k * nodes)
