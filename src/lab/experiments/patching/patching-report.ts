import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { ReportBlock } from '../../../stage/report-block.ts'
import { hookFamilies, type HookFamily } from '../hooks/hook-families.ts'
import type { Grid } from './grid.ts'

/** The heat map, and the cell that carries most in words. */
export function patchingReport(
  given: { readonly hook: HookFamily; readonly direction: 'denoise' | 'noise'; readonly position?: string },
  outputs: Readonly<Record<string, ArtifactRef>>,
): ReportBlock[] {
  const ref = outputs['grid']
  if (ref === undefined || !('value' in ref)) throw new Error('the stage gives its grid as a value')
  const { layers, columns, effect, error, cell } = ref.value as unknown as Grid
  const by = given.position ?? (hookFamilies[given.hook].heads ? 'all positions' : 'each position')
  const [value, se] = [effect[cell.row]![cell.column]!, error[cell.row]![cell.column]!]
  return [
    {
      type: 'heatmap',
      title: `Patching ${given.hook}`,
      caption: `(patched − corrupt)/(clean − corrupt), ${given.direction === 'denoise' ? 'clean into corrupted' : 'corrupted into clean'}, at ${by}`,
      rows: { label: 'layer', names: layers.map(String) },
      columns: { label: hookFamilies[given.hook].heads ? 'head' : 'position', names: columns },
      values: effect,
    },
    {
      type: 'text',
      title: 'Largest or chosen cell',
      lines: [`layer ${layers[cell.row]}, ${columns[cell.column]}: ${value.toFixed(3)} ± ${se.toFixed(3)}`],
    },
  ]
}
