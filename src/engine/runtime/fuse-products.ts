import { float, int } from '../onnx/builder.ts'
import type { Graph, GraphNode } from '../onnx/graph.ts'

/**
 * The graph with its MatMuls as onnxruntime's own `com.microsoft.FusedMatMul`, which takes in transposes of the last two
 * axes and scalar factors around them: α·A′·B′, and (A·B)ᵀ as B′·A′ the other way round. Gradients of attention are full
 * of these, and onnxruntime finds few of them by itself. Values that are read elsewhere, or are outputs, stay.
 */
export function fuseProducts(graph: Graph): Graph {
  const around = look(graph)
  const nodes = graph.nodes.map((node) =>
    node.op === 'MatMul' && around.types.get(node.outputs[0]!)?.type === 'float32' ? fused(node, around) : node,
  )
  const written = new Set(nodes.filter(({ op }) => op === operator).flatMap(({ outputs }) => outputs))
  // A value written by a product that took over what came after it is not written twice.
  const left = nodes.filter(({ op, outputs }) => op === operator || !outputs.some((name) => written.has(name)))
  return { ...graph, nodes: needed(left, graph.outputs), domains: new Map([...(graph.domains ?? []), [domain, 1]]) }
}

const domain = 'com.microsoft'
const operator = `${domain}.FusedMatMul`

interface Around extends Pick<Graph, 'types'> {
  /** Input of each transpose of the last two axes, by its output. */
  readonly turned: ReadonlyMap<string, string>
  /** Input and factor of each product with a constant scalar, by its output. */
  readonly scaled: ReadonlyMap<string, { readonly from: string; readonly factor: number }>
  /** The one node that reads a value; `undefined` where several do, or it is an output. */
  reader(name: string): GraphNode | undefined
}

function look({ nodes, outputs, constants, types }: Graph): Around {
  const readers = new Map<string, GraphNode[]>()
  for (const node of nodes)
    for (const name of [...node.inputs, ...(node.captures ?? [])])
      readers.set(name, [...(readers.get(name) ?? []), node])
  const scaled = nodes.flatMap(({ op, inputs, outputs: [y] }) => {
    const at = op === 'Mul' ? inputs.findIndex((name) => constants.get(name)?.shape.length === 0) : -1
    const factor = at < 0 ? undefined : constants.get(inputs[at]!)!.data[0]
    return factor === undefined ? [] : [[y!, { from: inputs[1 - at]!, factor: Number(factor) }] as const]
  })
  return {
    types,
    turned: new Map(nodes.filter(swapsLast).map((node) => [node.outputs[0]!, node.inputs[0]!])),
    scaled: new Map(scaled),
    reader: (name) => {
      const found = readers.get(name)
      return found?.length === 1 && !outputs.includes(name) ? found[0] : undefined
    },
  }
}

function swapsLast({ op, attributes: { perm } }: GraphNode): boolean {
  if (op !== 'Transpose' || perm === undefined || !('ints' in perm)) return false
  const { length } = perm.ints
  return length >= 2 && perm.ints.every((from, i) => from === (i < length - 2 ? i : 2 * length - 3 - i))
}

interface Operand {
  readonly name: string
  readonly transposed: boolean
  readonly factor: number
}

/** Where a value comes from, through transposes and factors. */
function origin(name: string, { turned, scaled }: Around): Operand {
  let found: Operand = { name, transposed: false, factor: 1 }
  for (;;) {
    const [inner, times] = [turned.get(found.name), scaled.get(found.name)]
    if (inner !== undefined) found = { ...found, name: inner, transposed: !found.transposed }
    else if (times !== undefined) found = { ...found, name: times.from, factor: found.factor * times.factor }
    else return found
  }
}

/** What becomes of a product before anything else reads it, through transposes and factors. */
function destination(name: string, { turned, scaled, reader }: Around): Operand {
  let found: Operand = { name, transposed: false, factor: 1 }
  for (;;) {
    const next = reader(found.name)?.outputs[0] ?? ''
    if (turned.has(next)) found = { ...found, name: next, transposed: !found.transposed }
    else if (scaled.has(next)) found = { ...found, name: next, factor: found.factor * scaled.get(next)!.factor }
    else return found
  }
}

function fused(node: GraphNode, around: Around): GraphNode {
  const [a, b] = node.inputs.map((name) => origin(name, around)) as [Operand, Operand]
  const out = destination(node.outputs[0]!, around)
  const turn = (operand: Operand): Operand => ({ ...operand, transposed: operand.transposed !== out.transposed })
  const [first, second] = out.transposed ? [turn(b), turn(a)] : [a, b]
  return {
    ...node,
    op: operator,
    inputs: [first.name, second.name],
    outputs: [out.name],
    attributes: {
      alpha: float(a.factor * b.factor * out.factor),
      transA: int(first.transposed ? 1 : 0),
      transB: int(second.transposed ? 1 : 0),
    },
  }
}

/** The nodes that the outputs need. */
function needed(nodes: readonly GraphNode[], outputs: readonly string[]): GraphNode[] {
  const wanted = new Set(outputs)
  const kept: GraphNode[] = []
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue
    for (const name of [...node.inputs, ...(node.captures ?? [])]) wanted.add(name)
    kept.unshift(node)
  }
  return kept
}
