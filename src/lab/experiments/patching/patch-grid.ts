import type { HookedNetwork } from '../../../engine/intervention/hooked-network.ts'
import { hookAt, type HookFamily } from '../hooks/hook-families.ts'
import { record, replaceBy } from '../hooks/record.ts'
import type { PairBatch } from '../pairs/pair-batch.ts'
import { scoreRun } from '../pairs/score-run.ts'
import type { ScoreName } from '../pairs/score.ts'
import type { Column } from './grid-columns.ts'

export interface GridPlan {
  readonly hook: HookFamily
  readonly layers: readonly number[]
  readonly columns: readonly Column[]
  readonly score: ScoreName
  /** `denoise`: clean activations into the corrupted run. `noise`: corrupted ones into the clean run. */
  readonly direction: 'denoise' | 'noise'
}

/** Scores of every pair: clean, corrupted, and patched at each cell. */
export interface GridScores {
  readonly clean: Float64Array
  readonly corrupt: Float64Array
  /** By layer and column. */
  readonly patched: readonly (readonly Float64Array[])[]
}

/** Activation patching over a grid: one run of all pairs a cell, in which one activation is that of the other prompt. */
export async function patchGrid(
  network: HookedNetwork,
  batch: PairBatch,
  { hook, layers, columns, score, direction, onCell = () => undefined }: GridPlan & { readonly onCell?: () => void },
): Promise<GridScores> {
  const [from, into] = direction === 'denoise' ? (['clean', 'corrupt'] as const) : (['corrupt', 'clean'] as const)
  const clean = await scoreRun(network, batch, { prompts: 'clean', score })
  const corrupt = await scoreRun(network, batch, { prompts: 'corrupt', score })
  const patched: Float64Array[][] = []
  for (const layer of layers) {
    const name = hookAt(hook, layer)
    const recording = (await record(network, { tokens: batch[from], length: batch.length }, [name])).get(name)!
    const row: Float64Array[] = []
    for (const { site } of columns) {
      row.push(await scoreRun(network, batch, { prompts: into, score, edits: [replaceBy(name, recording, site)] }))
      onCell()
    }
    patched.push(row)
  }
  return { clean, corrupt, patched }
}
