import { sameShape } from '../onnx/broadcast.ts'
import type { Value } from '../onnx/builder.ts'
import { GraphBuilder } from '../onnx/builder.ts'
import type { Graph, GraphNode } from '../onnx/graph.ts'
import { GraphError, sizeOf } from '../onnx/graph.ts'
import { rules } from './rules/index.ts'

/** An operator in the way of a gradient that has no rule. Names the node, the operator and what asked for it. */
export class NoGradientError extends Error {
  override readonly name = 'NoGradientError'
}

export interface GradientGraph {
  readonly graph: Graph
  /** Name of the gradient of each value asked for, in the order asked. */
  readonly gradients: readonly string[]
}

/**
 * Reverse-mode differentiation as a graph-to-graph transform: the graph with nodes added that compute ∂loss/∂w for each
 * `wrt`, in standard ONNX operators only. `loss` must be a scalar (one element). A value the loss does not depend on
 * gets zeros. The walk does what every rule would: it adds up gradients of a value used twice, sums a broadcast gradient
 * back to its source's shape, and checks shapes. Throws {@link NoGradientError} and {@link GraphError}.
 */
export function gradient(graph: Graph, loss: string, wrt: readonly string[]): GradientGraph {
  const g = new GraphBuilder(`${graph.name}_gradient`, graph)
  const lossValue = g.value(loss)
  if (sizeOf(lossValue.shape) !== 1)
    throw new GraphError(`the loss "${loss}" has shape [${lossValue.shape.join(', ')}], a scalar is needed`)
  const active = dependents(graph, wrt)
  const found = new Map<string, Value>([[loss, g.constant(lossValue.type, [1], lossValue.shape)]])
  for (const node of graph.nodes.toReversed()) {
    if (node.outputs.some((y) => active.has(y)) && node.outputs.some((y) => found.has(y)))
      backward(node, { g, active, found, wrt })
  }
  const gradients = wrt.map((name) => found.get(name) ?? zeros(g, name))
  const outputs = [...graph.outputs.map((name) => g.value(name)), ...gradients]
  return { graph: g.build(outputs), gradients: gradients.map((value) => value.name) }
}

interface Walk {
  readonly g: GraphBuilder
  readonly active: ReadonlySet<string>
  readonly found: Map<string, Value>
  readonly wrt: readonly string[]
}

/** Values that depend on one of `wrt`; only through these do gradients need to flow. */
function dependents(graph: Graph, wrt: readonly string[]): Set<string> {
  const active = new Set(wrt)
  for (const node of graph.nodes) if (node.inputs.some((x) => active.has(x))) node.outputs.forEach((y) => active.add(y))
  return active
}

function backward(node: GraphNode, { g, active, found, wrt }: Walk): void {
  const rule = (rules as Readonly<Record<string, (typeof rules)[keyof typeof rules]>>)[node.op]
  if (rule === undefined)
    throw new NoGradientError(
      `node "${node.name}": the operator ${node.op} has no gradient rule, and the loss depends on ${wrt.find((w) => active.has(w)) ?? 'a parameter'} through it`,
    )
  if (rule === 'no-gradient') return
  const wants = (i: number): boolean => active.has(node.inputs[i] ?? '')
  const gradients = rule({
    op: node.op,
    name: node.name,
    attributes: node.attributes,
    g,
    wants,
    x: node.inputs.map((x) => (x === '' ? (null as unknown as Value) : g.value(x))),
    y: node.outputs.map((y) => g.value(y)),
    dy: node.outputs.map((y) => found.get(y) ?? null),
  })
  node.inputs.forEach((x, i) => {
    const dx = gradients[i]
    if (!wants(i) || dx === null || dx === undefined) return
    const fitted = sumTo(g, dx, g.value(x).shape)
    const before = found.get(x)
    found.set(x, before === undefined ? fitted : g.add('Add', [before, fitted]))
  })
}

/** Sums a gradient over the axes along which its source was broadcast. */
function sumTo(g: GraphBuilder, value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value
  const extra = value.shape.length - shape.length
  const axes = value.shape.flatMap((size, i) => (i < extra || (shape[i - extra] === 1 && size !== 1) ? [i] : []))
  const summed =
    axes.length === 0 ? value : g.add('ReduceSum', [value, g.ints(axes)], { attributes: { keepdims: { int: 1 } } })
  const fitted = sameShape(summed.shape, shape) ? summed : g.add('Reshape', [summed, g.ints(shape)])
  if (!sameShape(fitted.shape, shape))
    throw new GraphError(`a gradient rule gave [${value.shape.join(', ')}] for [${shape.join(', ')}]`)
  return fitted
}

function zeros(g: GraphBuilder, name: string): Value {
  const { type, shape } = g.value(name)
  return g.add('Expand', [g.constant(type, [0], []), g.ints(shape)])
}
