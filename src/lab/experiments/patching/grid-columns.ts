import type { HookedNetwork } from '../../../engine/intervention/hooked-network.ts'
import type { Site } from '../../../engine/intervention/site.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { headsOf } from '../hooks/hook-families.ts'
import type { PromptPair } from '../pairs/prompt-pairs.ts'

/** One column of a grid: where in each pair the activation is exchanged. */
export interface Column {
  readonly name: string
  site(pair: number): Site
}

/** Positions of the prompts: by label where all pairs have the same labels, else by number where all are as long. */
export function positionColumns(pairs: readonly PromptPair[]): Column[] {
  const labels = commonLabels(pairs)
  if (labels.length > 0)
    return labels.map((name) => ({ name, site: (i) => ({ positions: [pairs[i]!.labels[name]!] }) }))
  const { length } = pairs[0]!.clean
  if (pairs.some(({ clean }) => clean.length !== length))
    throw new StageError(
      'the prompts differ in length and their positions have no names, so there is no grid of positions',
      'Name positions in the pairs (labels), or patch by head.',
    )
  return Array.from({ length }, (_, at) => ({ name: String(at), site: () => ({ positions: [at] }) }))
}

/** Heads, at all positions or at one of a given label. */
export function headColumns(
  network: HookedNetwork,
  hook: string,
  { pairs, position }: { readonly pairs: readonly PromptPair[]; readonly position: string | undefined },
): Column[] {
  const where = position === undefined ? undefined : positionOf(pairs, position)
  return Array.from({ length: headsOf(network, hook) }, (_, head) => ({
    name: String(head),
    site: (i) => ({ heads: [head], ...(where === undefined ? {} : { positions: [where(i)] }) }),
  }))
}

/** Position of a label in each pair. Throws StageError where one lacks it. */
export function positionOf(pairs: readonly PromptPair[], label: string): (pair: number) => number {
  const labels = commonLabels(pairs)
  if (!labels.includes(label))
    throw new StageError(
      `not every pair has a position "${label}"`,
      labels.length === 0 ? 'The pairs name no positions.' : `There are ${labels.join(', ')}.`,
    )
  return (i) => pairs[i]!.labels[label]!
}

/** Labels that every pair has, in the order they stand on average. */
function commonLabels(pairs: readonly PromptPair[]): string[] {
  const first = pairs[0]!.labels
  return Object.keys(first)
    .filter((name) => pairs.every(({ labels }) => Object.hasOwn(labels, name)))
    .sort((a, b) => pairs.reduce((sum, { labels }) => sum + labels[a]! - labels[b]!, 0))
}
