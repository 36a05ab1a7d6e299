import { differentiability } from '../autodiff/differentiability.ts'
import type { Differentiability } from '../autodiff/differentiability.ts'
import type { ElementType, Graph, GraphNode } from '../onnx/graph.ts'

export interface NamedValue {
  readonly name: string
  /** Left out where it is not known. */
  readonly type?: ElementType
  readonly shape?: readonly (number | string)[]
}

export interface OperatorCount {
  readonly op: string
  readonly count: number
  /** How gradients pass through it; nodes of one operator may differ by their attributes. */
  readonly gradient: Differentiability
}

/** A node that gradients cannot pass. */
export interface GradientObstacle {
  readonly node: string
  readonly op: string
  readonly why: string
  /** Parameters whose gradient would have to pass it. */
  readonly parameters: readonly string[]
}

export interface GraphDescription {
  /** The most frequent first. */
  readonly operators: readonly OperatorCount[]
  /** Values inside the graph, of floating point, that can be asked for or changed by name. */
  readonly hooks: readonly NamedValue[]
  /** Values whose type is not known: they stand behind operators without a shape rule. */
  readonly untyped: readonly string[]
  readonly obstacles: readonly GradientObstacle[]
  /** Parameters that have a gradient from the outputs, none of its paths obstructed. */
  readonly differentiable: readonly string[]
  /** Parameters on which no output depends smoothly: their gradient is zero. */
  readonly without: readonly string[]
}

/** Describes a graph whose inputs named in `parameters` are to be differentiated. */
export function describeGraph(graph: Graph, parameters: readonly string[]): GraphDescription {
  const values = graph.nodes.flatMap((node) => node.outputs).filter((y) => y !== '')
  const flow = gradientFlow(graph, parameters)
  return {
    operators: countOperators(graph.nodes),
    hooks: values.filter((name) => isReal(graph, name) && graph.types.has(name)).map((name) => namedValue(graph, name)),
    untyped: values.filter((name) => !graph.types.has(name)),
    ...flow,
  }
}

export const namedValue = ({ types }: Graph, name: string): NamedValue => ({ name, ...types.get(name) })

function countOperators(nodes: readonly GraphNode[]): OperatorCount[] {
  const found = new Map<string, { op: string; count: number; gradient: Differentiability }>()
  for (const { op, attributes } of nodes) {
    const gradient = differentiability(op, attributes)
    const key = `${op} ${gradient.rule === 'none' ? gradient.why : gradient.rule}`
    const entry = found.get(key)
    if (entry === undefined) found.set(key, { op, count: 1, gradient })
    else entry.count++
  }
  return [...found.values()].sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1))
}

const isReal = ({ types }: Graph, name: string): boolean => {
  const type = types.get(name)?.type
  return type === undefined || type === 'float32' || type === 'float64'
}
const readsOf = ({ inputs, captures = [] }: GraphNode): readonly string[] => [...inputs, ...captures]

/** As the gradient's own walk sees it: smooth dependence on the parameters, followed back from the outputs. */
function gradientFlow(
  graph: Graph,
  parameters: readonly string[],
): Pick<GraphDescription, 'obstacles' | 'differentiable' | 'without'> {
  const active = new Set(parameters)
  const ruleOf = new Map(graph.nodes.map((node) => [node, differentiability(node.op, node.attributes)]))
  for (const node of graph.nodes) {
    if (ruleOf.get(node)?.rule === 'flat' || !readsOf(node).some((x) => active.has(x))) continue
    for (const y of node.outputs) if (isReal(graph, y)) active.add(y)
  }
  const reached = new Set(graph.outputs.filter((y) => active.has(y)))
  const obstructed = new Set<string>()
  const obstacles: GradientObstacle[] = []
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((y) => reached.has(y) && active.has(y))) continue
    const known = ruleOf.get(node)
    const sources = readsOf(node).filter((x) => active.has(x))
    for (const x of sources) reached.add(x)
    const isBehind = node.outputs.some((y) => obstructed.has(y))
    if (isBehind || known?.rule === 'none') for (const x of sources) obstructed.add(x)
    if (known?.rule === 'none')
      obstacles.unshift({
        node: node.name,
        op: node.op,
        why: known.why,
        parameters: parametersBehind(node, { graph, active, parameters }),
      })
  }
  return {
    obstacles,
    differentiable: parameters.filter((name) => reached.has(name) && !obstructed.has(name)),
    without: parameters.filter((name) => !reached.has(name)),
  }
}

interface Behind {
  readonly graph: Graph
  readonly active: ReadonlySet<string>
  readonly parameters: readonly string[]
}
function parametersBehind(node: GraphNode, { graph, active, parameters }: Behind): string[] {
  const behind = new Set(readsOf(node).filter((x) => active.has(x)))
  for (const each of graph.nodes.toReversed())
    if (each.outputs.some((y) => behind.has(y))) for (const x of readsOf(each)) if (active.has(x)) behind.add(x)
  return parameters.filter((name) => behind.has(name))
}
