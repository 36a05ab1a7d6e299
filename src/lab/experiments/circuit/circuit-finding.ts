import { samplesOf, type Member, type Reading } from '../../series.ts'
import { estimate } from '../../statistics/estimate.ts'
import type { AblationKind } from './ablation.ts'
import { shareOf } from './evaluate.ts'
import { sizesOf } from './circuit-sizes.ts'
import type { CircuitReading } from './measure-circuit.ts'

export interface CircuitFinding {
  /** Nodes of the circuit, of the first draw where it was ranked. */
  readonly nodes: readonly string[]
  readonly ranking: readonly { readonly node: string; readonly effect: number }[]
  readonly curve: readonly { readonly k: number; readonly f: number; readonly se: number }[]
  readonly classes: readonly { readonly name: string; readonly f: number; readonly se: number }[]
  readonly ablation: AblationKind
  /** Prompts averaged together: how many groups there are and how small the smallest is. */
  readonly groups: { readonly count: number; readonly smallest: number }
}

/** What the readings of all draws say together. */
export function circuitFinding(
  readings: readonly { readonly member: Member; readonly reading: CircuitReading }[],
  { groups, ablation }: { readonly groups: readonly number[]; readonly ablation: AblationKind },
): CircuitFinding {
  const first = readings[0]!.reading
  const over = (value: (reading: CircuitReading) => Reading): { f: number; se: number } => {
    const one = readings.map(({ member, reading }) => ({ member, reading: value(reading) }))
    const { mean, se } = estimate(samplesOf(one, { unit: 'dimensionless', items: first.whole.length }), 0.025)
    return { f: mean, se }
  }
  return {
    nodes: first.nodes,
    ranking: first.ranking ?? [],
    curve: (first.curve ?? []).map((_, i) => ({ k: sizesOf[i]!, ...over((one) => shareOf(one.curve![i]!, one)) })),
    classes: first.classes.map(({ name }, i) => ({ name, ...over(({ classes }) => classes[i]!.without) })),
    ablation,
    groups: { count: groups.length, smallest: Math.min(...groups) },
  }
}
