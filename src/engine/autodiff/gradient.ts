import { sameShape } from '../onnx/broadcast.ts'
import type { Value } from '../onnx/builder.ts'
import { GraphBuilder } from '../onnx/builder.ts'
import type { Graph, GraphNode, ValueType } from '../onnx/graph.ts'
import { GraphError } from '../onnx/graph.ts'
import { differentiability } from './differentiability.ts'
import type { GradientStart } from './gradient-start.ts'
import { startOf } from './gradient-start.ts'
import { NoGradientError } from './no-gradient-error.ts'
import type { GradientRule } from './rule.ts'
import { rules } from './rules/index.ts'
import { withStatistics } from './statistics.ts'
import { checkShapesKnown } from './unknown-shape.ts'

export type { GradientStart } from './gradient-start.ts'
export { NoGradientError } from './no-gradient-error.ts'

export interface GradientGraph {
  readonly graph: Graph
  /** Name of the gradient of each value asked for, in the order asked. */
  readonly gradients: readonly string[]
}

/**
 * Reverse-mode differentiation as a graph-to-graph transform: the graph with nodes added that compute ∂loss/∂w for each
 * `wrt`, in standard ONNX operators only. `loss` must be a scalar (one element), or a start inside the graph. A value
 * the loss does not depend on gets zeros. The walk does what every rule would: it adds up gradients of a value used twice, sums a broadcast gradient
 * back to its source's shape, checks shapes, and turns what a rule leaves out into an error. Throws
 * {@link NoGradientError} and {@link GraphError}.
 */
export function gradient(graph: Graph, loss: string | GradientStart, wrt: readonly string[]): GradientGraph {
  const whole = withStatistics(graph)
  const g = new GraphBuilder(`${graph.name}_gradient`, whole)
  const { value: from, seed } = startOf(g, loss)
  const given = typeof loss === 'string' ? undefined : loss.given
  const active = dependents(whole, wrt)
  const found = new Map<string, Value>([[from, seed]])
  for (const node of whole.nodes.toReversed()) {
    if (given !== undefined && node.outputs.some((y) => given.has(y))) continue
    if (!node.outputs.some((y) => active.has(y)) || !node.outputs.some((y) => found.has(y))) continue
    if (differentiability(node.op, node.attributes).rule !== 'none') checkShapesKnown(whole, node)
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

const isReal = (type: ValueType | undefined): boolean =>
  type === undefined || type.type === 'float32' || type.type === 'float64'

/**
 * Values that depend smoothly on one of `wrt`; only through these do gradients need to flow. A dependence through integers,
 * or through an operator that is flat, is none.
 */
function dependents({ nodes, types }: Graph, wrt: readonly string[]): Set<string> {
  const active = new Set(wrt)
  for (const node of nodes) {
    const reads = [...node.inputs, ...(node.captures ?? [])]
    if (!reads.some((x) => active.has(x)) || differentiability(node.op, node.attributes).rule === 'flat') continue
    for (const y of node.outputs) if (y !== '' && isReal(types.get(y))) active.add(y)
  }
  return active
}

/** Operators whose rule takes gradients of all their outputs; the others' rules take that of the first. */
const ofAllOutputs: readonly string[] = ['Split', 'SoftmaxCrossEntropyLoss']

/** The rule for a node, or an error that says what is in the way and what of. */
function ruleFor(node: GraphNode, { active, found, wrt }: Walk): Exclude<GradientRule, string> {
  const sources = wrt.length > 3 ? `${wrt.length} parameters` : wrt.map((name) => `"${name}"`).join(', ')
  const depends = node.inputs.find((x) => active.has(x)) ?? node.captures?.find((x) => active.has(x)) ?? ''
  const refuse = (why: string): never => {
    throw new NoGradientError(
      `node "${node.name}": the operator ${node.op} has no gradient rule here: ${why}. The loss depends through it, by its input "${depends}", on what is to be differentiated (${sources})`,
    )
  }
  const known = differentiability(node.op, node.attributes)
  if (known.rule === 'none') refuse(known.why)
  const later = node.outputs.findIndex((y, i) => i > 0 && found.has(y))
  if (later > 0 && !ofAllOutputs.includes(node.op)) refuse(`its rule does not cover output ${later}`)
  return rules[node.op as keyof typeof rules] as Exclude<GradientRule, string>
}

function backward(node: GraphNode, walk: Walk): void {
  const { g, active, found } = walk
  const rule = ruleFor(node, walk)
  const wants = (i: number): boolean => active.has(node.inputs[i] ?? '')
  const gradients = rule({
    op: node.op,
    name: node.name,
    attributes: node.attributes,
    g,
    wants,
    constant: (i) => g.elements(node.inputs[i] ?? ''),
    x: node.inputs.map((x) => (x === '' ? (undefined as unknown as Value) : g.value(x))),
    y: node.outputs.map((y) => (y === '' ? (undefined as unknown as Value) : g.value(y))),
    dy: node.outputs.map((y) => found.get(y) ?? null),
  })
  node.inputs.forEach((x, i) => {
    if (!wants(i)) return
    const dx = gradients[i]
    if (dx === null || dx === undefined)
      throw new NoGradientError(
        `node "${node.name}": the rule of ${node.op} has no gradient for its input ${i}, "${x}"`,
      )
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
