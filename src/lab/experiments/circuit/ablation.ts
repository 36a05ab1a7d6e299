import type { HookedNetwork, HookEdit } from '../../../engine/intervention/hooked-network.ts'
import { markSite } from '../../../engine/intervention/site.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { record, type Recording } from '../hooks/record.ts'
import type { PairBatch } from '../pairs/pair-batch.ts'
import type { CircuitNode } from './nodes.ts'

/** What stands in place of an activation that is taken out. */
export type AblationKind = 'mean' | 'zero' | 'resample'

/** Values to put in for each pair, by hook; a hook not in the map is set to zero. */
export type Substitutes = ReadonlyMap<string, { of(pair: number): Float32Array }>

const mostBytes = 2 ** 30

/**
 * What to put in: `mean`, the mean over the corrupted prompts of the same template, length and labelled positions, at
 * each position (Wang et al. 2022, section 2.2); `resample`, the activation on the pair's own corrupted prompt; `zero`.
 */
export async function substitutesFor(
  network: HookedNetwork,
  batch: PairBatch,
  { kind, hooks }: { readonly kind: AblationKind; readonly hooks: readonly string[] },
): Promise<Substitutes> {
  if (kind === 'zero') return new Map()
  const run = { tokens: batch.corrupt, length: batch.length }
  if (kind === 'mean') return groupMeans(network, batch, hooks)
  const bytes = hooks.reduce((sum, hook) => sum + 4 * strideOf(network, hook, batch.length), 0) * batch.pairs.length
  if (bytes > mostBytes)
    throw new StageError(
      `the activations of ${batch.pairs.length} pairs take ${(bytes / 2 ** 30).toFixed(1)} GiB`,
      'Take fewer pairs, or ablation: mean.',
    )
  const recorded = await record(network, run, hooks)
  return new Map([...recorded].map(([hook, recording]) => [hook, { of: (pair) => part(recording, pair) }]))
}

const strideOf = (network: HookedNetwork, hook: string, length: number): number =>
  network.shape(hook, length).shape.reduce((a, b) => a * b, 1)

const part = ({ values, stride }: Recording, i: number): Float32Array => values.subarray(i * stride, (i + 1) * stride)

/** Pairs whose activations are averaged together: position by position they say the same kind of thing. */
export function groupsOf({ pairs }: Pick<PairBatch, 'pairs'>): {
  readonly group: Int32Array
  readonly sizes: number[]
} {
  const keys = new Map<string, number>()
  const sizes: number[] = []
  const group = Int32Array.from(pairs, ({ template, clean, labels }) => {
    const key = JSON.stringify([template, clean.length, Object.entries(labels).sort()])
    const index = keys.get(key) ?? keys.size
    keys.set(key, index)
    sizes[index] = (sizes[index] ?? 0) + 1
    return index
  })
  return { group, sizes }
}

async function groupMeans(network: HookedNetwork, batch: PairBatch, hooks: readonly string[]): Promise<Substitutes> {
  const { group, sizes } = groupsOf(batch)
  const sums = new Map(
    hooks.map((hook) => [hook, sizes.map(() => new Float64Array(strideOf(network, hook, batch.length)))]),
  )
  await network.run({ tokens: batch.corrupt, length: batch.length, reads: hooks }, ({ first, count, value }) => {
    for (const [hook, totals] of sums) {
      const values = value(hook)
      for (let i = 0; i < count; i++) {
        const total = totals[group[first + i]!]!
        for (let j = 0; j < total.length; j++) total[j]! += values[i * total.length + j]!
      }
    }
  })
  return new Map(
    [...sums].map(([hook, totals]) => {
      const means = totals.map((total, g) => Float32Array.from(total, (sum) => sum / sizes[g]!))
      return [hook, { of: (pair: number) => means[group[pair]!]! }]
    }),
  )
}

/** Edits that take nodes out of every prompt. All `hooks` get one, so that every set of nodes runs in the same graph. */
export const ablate = (hooks: readonly string[], nodes: readonly CircuitNode[], substitutes: Substitutes): HookEdit[] =>
  hooks.map((hook) => ({
    hook,
    kind: 'replace',
    fill: ({ first, count }, { source, mask, site, stride }) => {
      const gone = nodes.filter((node) => node.hook === hook)
      if (gone.length === 0) return
      const from = substitutes.get(hook)
      const heads = gone.flatMap(({ head }) => (head === undefined ? [] : [head]))
      for (let i = 0; i < count; i++) {
        if (from !== undefined) source.set(from.of(first + i), i * stride)
        markSite(mask, site, { sequence: i, ...(heads.length > 0 ? { heads } : {}) })
      }
    },
  }))
