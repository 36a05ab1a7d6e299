import { edgeLayout, type EdgeLayout } from '../../../engine/intervention/edge-layout.ts'
import type { HookedNetwork } from '../../../engine/intervention/hooked-network.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { headsOf, hookAt, layersWith } from '../hooks/hook-families.ts'

/** A part of the model that a circuit has or has not: a head, written `layer.head`, or an MLP, written `mlp.layer`. */
export interface CircuitNode {
  readonly name: string
  readonly hook: string
  /** Left out: the whole of the hook. */
  readonly head?: number
}

/** A way from a part that writes to the residual stream to one that reads it, written `0.3->1.1`. */
export interface CircuitEdge {
  readonly name: string
  readonly from: string
  readonly to: string
}
export type CircuitPart = CircuitNode | CircuitEdge

/** All nodes of a model, in the order data passes through them. */
export function nodesOf(network: HookedNetwork, what: 'heads' | 'heads-and-mlps'): CircuitNode[] {
  return layersWith(network, 'z').flatMap((layer) => {
    const hook = hookAt('z', layer)
    const heads = Array.from({ length: headsOf(network, hook) }, (_, head) => ({
      name: `${layer}.${head}`,
      hook,
      head,
    }))
    return what === 'heads' ? heads : [...heads, { name: `mlp.${layer}`, hook: hookAt('mlp_out', layer) }]
  })
}

/** All edges of a model: from the embedding, heads and MLPs to later heads, MLPs and the logits. */
export function edgesOf(network: HookedNetwork): CircuitEdge[] {
  return layoutOf(network).groups.flatMap(({ readers, sources }) =>
    readers.flatMap((to) => sources.map((from) => ({ name: `${from}->${to}`, from, to }))),
  )
}

export function layoutOf(network: HookedNetwork): EdgeLayout {
  const layers = layersWith(network, 'z')
  return edgeLayout({
    layers: layers.length,
    heads: headsOf(network, hookAt('z', 0)),
    parallel: network.parallel,
  })
}

/** The parts of these names. Throws StageError for a name that the model has no part for, or that stands twice. */
export function pickParts(all: readonly CircuitPart[], names: readonly string[]): CircuitPart[] {
  return names.map((name, i) => {
    const found = all.find((node) => node.name === name)
    if (found === undefined)
      throw new StageError(
        `the model has no ${'from' in all[0]! ? 'edge' : 'node'} "${name}"`,
        `There are ${exampleNames(all)}.`,
      )
    if (names.indexOf(name) !== i) throw new StageError(`"${name}" stands twice in the circuit`)
    return found
  })
}

function exampleNames(all: readonly CircuitPart[]): string {
  const names = all.slice(0, 40).map(({ name }) => name)
  return names.length < all.length ? `${names.join(', ')} and ${all.length - names.length} more` : names.join(', ')
}
