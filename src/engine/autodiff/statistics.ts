import { outputTypes } from '../onnx/ops.ts'
import type { Graph, GraphNode, ValueType } from '../onnx/graph.ts'

/** Outputs a rule reads that a graph need not ask for: how many the operator must have. */
const needed: Readonly<Record<string, number>> = { LayerNormalization: 3, MaxPool: 2, TopK: 2 }

/** The graph with the further outputs that rules read, such as a layer norm's mean, added to nodes that lack them. */
export function withStatistics(graph: Graph): Graph {
  const isShort = ({ op, outputs }: GraphNode): boolean => outputs.filter((y) => y !== '').length < (needed[op] ?? 0)
  if (!graph.nodes.some(isShort)) return graph
  const types = new Map(graph.types)
  const nodes = graph.nodes.map((node) => (isShort(node) ? completed(node, types, graph) : node))
  return { ...graph, nodes, types }
}

function completed(node: GraphNode, types: Map<string, ValueType>, { constants }: Graph): GraphNode {
  const count = needed[node.op]!
  const outputs = Array.from({ length: count }, (_, i) => {
    const given = node.outputs[i] ?? ''
    return given === '' ? unused(`${node.name}.${i}`, types) : given
  })
  const made = outputTypes({
    ...node,
    x: node.inputs.map((x) => types.get(x)),
    constant: (i) => {
      const tensor = constants.get(node.inputs[i] ?? '')
      return tensor === undefined ? undefined : Array.from(tensor.data as ArrayLike<number | bigint>, Number)
    },
    outputCount: count,
  })
  outputs.forEach((name, i) => types.set(name, types.get(name) ?? made[i]!))
  return { ...node, outputs }
}

function unused(name: string, types: ReadonlyMap<string, ValueType>): string {
  let free = name
  for (let i = 1; types.has(free); i++) free = `${name}_${i}`
  return free
}
