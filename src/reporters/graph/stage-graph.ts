/** The stages of a plan as a picture shows them. */
export interface StageGraph {
  readonly name: string
  readonly nodes: readonly StageNode[]
  /** From a stage to one that needs it. */
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}
export interface StageNode {
  readonly id: string
  readonly use: string
  readonly status: 'cached' | 'will-run' | 'unknown' | 'skipped'
}

/** Fill and line of a node by status: light enough for dark text, and told apart by the line as well as by the colour. */
export const nodeColors: Readonly<Record<StageNode['status'], { readonly fill: string; readonly line: string }>> = {
  cached: { fill: '#eef0f3', line: '#8a93a3' },
  'will-run': { fill: '#dff3e4', line: '#2e7d4f' },
  unknown: { fill: '#fdf3d6', line: '#a57c12' },
  skipped: { fill: '#ffffff', line: '#b9bec7' },
}
