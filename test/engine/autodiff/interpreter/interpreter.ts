import type { Graph } from '../../../../src/engine/onnx/graph.ts'
import { elementwise } from './elementwise.ts'
import { indexing } from './indexing.ts'
import { movement } from './movement.ts'
import { normalization } from './normalization.ts'
import { pooling } from './pooling.ts'
import { products } from './products.ts'
import { reduction } from './reduction.ts'
import type { Loop, Tensor } from './tensor.ts'

const loops: Readonly<Record<string, Loop>> = {
  ...elementwise,
  ...reduction,
  ...movement,
  ...indexing,
  ...products,
  ...pooling,
  ...normalization,
}

/**
 * Runs a graph in double precision with one plain loop an operator, written from the text of the ONNX specification and
 * from nothing in src/. Gives the values of the graph's outputs; nodes that `wanted` does not need are left out.
 */
export function interpret(
  graph: Graph,
  feeds: ReadonlyMap<string, Tensor>,
  wanted = graph.outputs,
): Map<string, Tensor> {
  const values = new Map<string, Tensor>(feeds)
  for (const [name, { type, shape, data }] of graph.constants)
    values.set(name, { type, shape, data: Array.from(data as ArrayLike<number | bigint>, Number) })
  for (const node of neededFor(graph, wanted)) {
    const loop = loops[node.op]
    if (loop === undefined) throw new Error(`the interpreter has no ${node.op}`)
    const made = loop({
      x: node.inputs.map((name) => values.get(name)!),
      attributes: node.attributes,
      y: node.outputs.map((name) => graph.types.get(name)!),
    })
    made.forEach((value, i) => values.set(node.outputs[i]!, value))
  }
  return new Map(wanted.map((name) => [name, values.get(name)!]))
}

function neededFor({ nodes }: Graph, wanted: readonly string[]): Graph['nodes'] {
  const needed = new Set(wanted)
  return nodes
    .toReversed()
    .filter((node) => {
      const isNeeded = node.outputs.some((y) => needed.has(y))
      if (isNeeded) node.inputs.forEach((x) => needed.add(x))
      return isNeeded
    })
    .reverse()
}
