import type { Graph, GraphNode } from '../onnx/graph.ts'
import { GraphError } from '../onnx/graph.ts'

/** The graph with the nodes that its outputs need, each after those that it reads. Throws {@link GraphError} on a cycle. */
export function sorted(graph: Graph): Graph {
  const maker = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))
  const nodes: GraphNode[] = []
  const state = new Map<GraphNode, 'open' | 'done'>()
  const visit = (start: GraphNode): void => {
    const stack = [start]
    while (stack.length > 0) {
      const node = stack.at(-1)!
      if (state.get(node) === 'done') {
        stack.pop()
        continue
      }
      const makers = node.inputs.flatMap((name) => maker.get(name) ?? [])
      const waiting = makers.filter((one) => state.get(one) !== 'done')
      if (waiting.some((one) => state.get(one) === 'open'))
        throw new GraphError(`the graph "${graph.name}" has a cycle through node "${node.name}"`)
      if (waiting.length > 0) {
        state.set(node, 'open')
        stack.push(...new Set(waiting))
      } else {
        state.set(node, 'done')
        nodes.push(node)
        stack.pop()
      }
    }
  }
  for (const name of graph.outputs) if (maker.has(name)) visit(maker.get(name)!)
  const needed = new Set([...graph.outputs, ...nodes.flatMap(({ inputs }) => inputs)])
  return {
    ...graph,
    nodes,
    inputs: graph.inputs.filter((name) => needed.has(name)),
    constants: new Map([...graph.constants].filter(([name]) => needed.has(name))),
  }
}
