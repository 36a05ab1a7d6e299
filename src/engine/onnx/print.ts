import type { Attribute, Graph, GraphNode, ValueType } from './graph.ts'

/**
 * The graph as text for people, a line a node:
 * `logits: float32 [3, 23] = MatMul(hidden, mlp.W_out)`; constants of few elements stand where they are read.
 */
export function printGraph(graph: Graph): string {
  const value = (name: string): string => `${name}: ${shownType(graph.types.get(name))}`
  const inputs = graph.inputs.map((name) => `  input ${value(name)}`)
  const constants = [...graph.constants]
    .filter(([, { data }]) => data.length > shownElements)
    .map(([name]) => `  constant ${value(name)}`)
  const nodes = graph.nodes.map((node) => `  ${node.outputs.map(value).join(', ')} = ${call(node, graph)}`)
  const domains = [...(graph.domains ?? [])].map(([domain, version]) => `, ${domain} ${version}`).join('')
  return [
    `graph "${graph.name}" (operator set ${graph.opset}${domains})`,
    ...inputs,
    ...constants,
    ...nodes,
    `  output ${graph.outputs.join(', ')}`,
    '',
  ].join('\n')
}

const shownElements = 8

/** `float32 [2, 3]`. */
export const shownType = (type: ValueType | undefined): string =>
  type === undefined ? 'unknown' : `${type.type} [${type.shape.join(', ')}]`

function call({ op, inputs, attributes, captures = [] }: GraphNode, graph: Graph): string {
  const given = Object.entries(attributes).map(([name, value]) => `${name} = ${shownAttribute(value)}`)
  const read = captures.length === 0 ? '' : ` reading ${captures.join(', ')}`
  return `${op}(${[...inputs.map((name) => argument(name, graph)), ...given].join(', ')})${read}`
}

function argument(name: string, { constants }: Graph): string {
  const tensor = constants.get(name)
  if (name === '') return '–'
  if (tensor === undefined || tensor.data.length > shownElements) return name
  const values = Array.from(tensor.data as ArrayLike<number | bigint>, String)
  return tensor.shape.length === 0 ? values.join() : `[${values.join(', ')}]`
}

function shownAttribute(attribute: Attribute): string {
  if ('int' in attribute) return String(attribute.int)
  if ('float' in attribute) return String(attribute.float)
  if ('string' in attribute) return JSON.stringify(attribute.string)
  if ('ints' in attribute) return `[${attribute.ints.join(', ')}]`
  if ('floats' in attribute) return `[${attribute.floats.join(', ')}]`
  if ('strings' in attribute) return JSON.stringify(attribute.strings)
  return 'tensor' in attribute ? shownType(attribute.tensor) : `graph "${attribute.graph.name}"`
}
