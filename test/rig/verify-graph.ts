import { arityFault } from '../../src/engine/onnx/arity.ts'
import { sameShape } from '../../src/engine/onnx/broadcast.ts'
import type { Graph, GraphNode, ValueType } from '../../src/engine/onnx/graph.ts'
import { GraphError, sizeOf } from '../../src/engine/onnx/graph.ts'
import { hasShapeRule, outputTypes } from '../../src/engine/onnx/ops.ts'

/**
 * Checks what every pass relies on: one definition for each name, made before it is read; numbers of inputs and outputs;
 * types of inputs and constants, and of every output whose operator has a shape rule. Throws {@link GraphError} naming
 * the first node or value that breaks this.
 */
export function verifyGraph(graph: Graph): void {
  const made = new Set<string>()
  const make = (name: string, by: string): void => {
    if (made.has(name)) throw new GraphError(`graph "${graph.name}": ${by} makes "${name}" again`)
    made.add(name)
  }
  for (const name of graph.inputs) {
    make(name, 'an input')
    if (!graph.types.has(name)) throw new GraphError(`graph "${graph.name}": its input "${name}" has no type`)
  }
  for (const [name, { type, shape, data }] of graph.constants) {
    make(name, 'a constant')
    if (data.length !== sizeOf(shape))
      throw new GraphError(`constant "${name}" has ${data.length} elements for [${shape.join(', ')}]`)
    expectType({ where: 'constant', name, graph }, { type, shape })
  }
  for (const node of graph.nodes) {
    const where = `node "${node.name}" (${node.op})`
    const fault = arityFault(node)
    if (fault !== undefined) throw new GraphError(`${where}: ${fault}`)
    const unmade = [...node.inputs, ...(node.captures ?? [])].find((x) => x !== '' && !made.has(x))
    if (unmade !== undefined) throw new GraphError(`${where} reads "${unmade}", which nothing before it makes`)
    verifyTypes(node, graph)
    for (const y of node.outputs) if (y !== '') make(y, where)
    verifyDomain(node, graph)
  }
  const lost = graph.outputs.find((name) => !made.has(name))
  if (lost !== undefined) throw new GraphError(`graph "${graph.name}": nothing makes its output "${lost}"`)
}

interface Place {
  readonly where: string
  readonly name: string
  readonly graph: Graph
}
function expectType({ where, name, graph }: Place, wanted: ValueType): void {
  const found = graph.types.get(name)
  if (found?.type === wanted.type && sameShape(found.shape, wanted.shape)) return
  const shown = (type: ValueType | undefined): string =>
    type === undefined ? 'nothing' : `${type.type} [${type.shape.join(', ')}]`
  throw new GraphError(`${where}: "${name}" is ${shown(wanted)}, and the graph says ${shown(found)}`)
}

function verifyTypes(node: GraphNode, graph: Graph): void {
  const x = node.inputs.map((name) => graph.types.get(name))
  if (!hasShapeRule(node.op) || node.inputs.some((name, i) => name !== '' && x[i] === undefined)) return
  const asked = { inVain: false }
  const constant = (i: number): number[] | undefined => {
    const tensor = graph.constants.get(node.inputs[i] ?? '')
    asked.inVain ||= tensor === undefined && (node.inputs[i] ?? '') !== ''
    return tensor === undefined ? undefined : Array.from(tensor.data as ArrayLike<number | bigint>, Number)
  }
  let types: readonly ValueType[]
  try {
    types = outputTypes({ ...node, x, constant, outputCount: node.outputs.length })
  } catch (error) {
    if (asked.inVain && error instanceof GraphError) return // a shape that depends on data; the types came with the graph
    throw error
  }
  const where = `node "${node.name}" (${node.op})`
  node.outputs.forEach((name, i) => {
    if (name !== '' && types[i] !== undefined) expectType({ where, name, graph }, types[i])
  })
}

function verifyDomain({ op, name }: GraphNode, { domains }: Graph): void {
  const domain = op.includes('.') ? op.slice(0, op.lastIndexOf('.')) : undefined
  if (domain !== undefined && domains?.has(domain) !== true)
    throw new GraphError(`node "${name}" (${op}): the graph does not say which version of ${domain} it uses`)
}
