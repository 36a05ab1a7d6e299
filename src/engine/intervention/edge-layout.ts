/** A part of a decoder that writes to the residual stream, or reads it: `embed`, a head `3.1`, `mlp.3`, `logits`. */
export type EdgeEnd = string

export interface EdgeLayout {
  /** Every writer, in the order data passes through them. */
  readonly sources: readonly EdgeEnd[]
  /** Readers that share one graph input, with the writers that come before them. */
  readonly groups: readonly EdgeGroup[]
  readonly parallel: boolean
  /** Hooks whose values stand in for what a writer writes where an edge is cut: graph inputs `<hook>.substitute`. */
  readonly substituted: readonly string[]
}
export interface EdgeGroup {
  /** Graph input, float32 [readers, sources]: 1 where the edge is cut. */
  readonly input: string
  readonly readers: readonly EdgeEnd[]
  readonly sources: readonly EdgeEnd[]
}

export interface EdgeShape {
  readonly layers: number
  readonly heads: number
  /** Whether both parts of a block read the stream before it: its MLP then reads none of its heads. */
  readonly parallel?: boolean
}

/** Readers and writers of a decoder with this many blocks and heads. */
export function edgeLayout({ layers, heads, parallel = false }: EdgeShape): EdgeLayout {
  const headsAt = (layer: number): EdgeEnd[] => Array.from({ length: heads }, (_, head) => `${layer}.${head}`)
  const sources: EdgeEnd[] = ['embed']
  const groups: EdgeGroup[] = []
  const substituted = ['blocks.0.hook_resid_pre']
  for (let layer = 0; layer < layers; layer++) {
    const before = [...sources]
    groups.push({ input: `edges.${layer}.heads`, readers: headsAt(layer), sources: before })
    sources.push(...headsAt(layer))
    groups.push({ input: `edges.${layer}.mlp`, readers: [`mlp.${layer}`], sources: parallel ? before : [...sources] })
    sources.push(`mlp.${layer}`)
    substituted.push(`blocks.${layer}.attn.hook_z`, `blocks.${layer}.hook_mlp_out`)
  }
  groups.push({ input: 'edges.logits', readers: ['logits'], sources: [...sources] })
  return { sources, groups, substituted, parallel }
}
