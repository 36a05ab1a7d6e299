import type { Graph } from '../graph.ts'

/** The graph with only the nodes and constants that its outputs need. Inputs stay, needed or not. */
export function pruned(graph: Graph): Graph {
  const needed = new Set(graph.outputs)
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((y) => needed.has(y))) return false
    for (const x of [...node.inputs, ...(node.captures ?? [])]) needed.add(x)
    return true
  })
  const made = new Set([...graph.inputs, ...needed, ...nodes.flatMap((node) => node.outputs)])
  return {
    ...graph,
    nodes: nodes.toReversed(),
    constants: new Map([...graph.constants].filter(([name]) => needed.has(name))),
    types: new Map([...graph.types].filter(([name]) => made.has(name))),
  }
}
