import type { Attribute, ConstantTensor, GraphNode, Subgraph } from '../graph.ts'
import type { Names } from './names.ts'
import { constantOf, rewrite, trimmed } from './rewrite.ts'
import type { SourceGraph, SourceNode } from './source-graph.ts'

/** The body of an `If`, `Loop` or `Scan` in modern form. No type is known inside, so nothing is worked out. */
export function rewriteBody(body: SourceGraph, file: string, names: Names): Subgraph {
  const constants = new Map<string, ConstantTensor>(body.initializers)
  const modern = (node: SourceNode): GraphNode[] => {
    const around = {
      file,
      typeOf: () => undefined,
      constantOf: (name: string) => constants.get(name),
      sequences: new Map<string, readonly string[]>(),
      fresh: (base: string) => names.fresh(base),
      hold: (name: string, tensor: ConstantTensor) => constants.set(name, tensor),
    }
    if (node.op === 'Constant') {
      constants.set(node.outputs[0] ?? '', constantOf(node, file))
      return []
    }
    const graphs = bodiesOf(node, file, names)
    return rewrite(node, around).map((each, i) => ({
      ...each,
      name: i === 0 ? node.name : `${node.name}:${i}`,
      inputs: trimmed(each.inputs),
      attributes: { ...each.attributes, ...graphs },
    }))
  }
  const outputs = body.outputs.map(({ name }) => name)
  return { name: body.name, inputs: body.inputs, outputs, constants, nodes: body.nodes.flatMap(modern) }
}

/** A node's bodies as attributes. */
export const bodiesOf = ({ bodies }: SourceNode, file: string, names: Names): Record<string, Attribute> =>
  Object.fromEntries([...bodies].map(([key, body]) => [key, { graph: rewriteBody(body, file, names) }]))

/** Values that a node's bodies read from the graph around them. */
export function capturesOf(attributes: GraphNode['attributes']): string[] {
  const graphs = Object.values(attributes).flatMap((value) => ('graph' in value ? [value.graph] : []))
  return [...new Set(graphs.flatMap(freeNames))]
}

function freeNames({ inputs, outputs, constants, nodes }: Subgraph): string[] {
  const own = new Set([
    ...inputs.map(({ name }) => name),
    ...constants.keys(),
    ...nodes.flatMap((node) => node.outputs),
    '',
  ])
  const read = nodes.flatMap((node) => [...node.inputs, ...capturesOf(node.attributes)])
  return [...read, ...outputs].filter((name) => !own.has(name))
}
