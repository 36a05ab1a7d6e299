import type { Value } from '../onnx/builder.ts'
import { GraphBuilder } from '../onnx/builder.ts'
import type { Graph, GraphNode, ValueType } from '../onnx/graph.ts'
import { HookError } from './hook.ts'

/**
 * What happens to a value x, element by element. `replace`: where the mask is 1, the source instead of x, elsewhere x
 * to the bit. `add`: x + addend. `scale`: x · factor.
 */
export type EditKind = 'replace' | 'add' | 'scale'

export interface Edit {
  /** Name of a value of the graph that a node makes. */
  readonly value: string
  readonly kind: EditKind
}

/** Graph inputs that an edit adds, each of the value's shape: float32 `source` (or addend, or factor), bool `mask`. */
export const editInputs = ({ value, kind }: Edit): { readonly source: string; readonly mask?: string } =>
  kind === 'replace' ? { source: `${value}.source`, mask: `${value}.mask` } : { source: `${value}.${kind}` }

/**
 * The graph with edits at some of its values, which later nodes and the outputs then see changed. Names stay: the value
 * edited keeps its name, what the node makes becomes `<name>.before`. Several edits at one value apply in order.
 * Throws {@link HookError} for a name that no node makes or a value that is not of floating point.
 */
export function rewrite(graph: Graph, edits: readonly Edit[]): Graph {
  return edits.reduce(rewriteOne, graph)
}

function rewriteOne(graph: Graph, edit: Edit): Graph {
  const at = graph.nodes.findIndex((node) => node.outputs.includes(edit.value))
  const type = graph.types.get(edit.value)
  if (at < 0 || type === undefined) throw new HookError(missing(graph, edit.value))
  if (!type.type.startsWith('float')) throw new HookError(`"${edit.value}" is of type ${type.type}, no value to edit`)
  const g = new GraphBuilder(graph.name, graph)
  const x = g.value(edit.value)
  const changed = edited(g, x, edit)
  const built = g.build([...graph.outputs.map((name) => g.value(name)), changed])
  const before = freeName(graph, `${edit.value}.before`)
  const reading = (node: GraphNode): GraphNode => ({
    ...node,
    inputs: node.inputs.map((name) => (name === edit.value ? before : name)),
    outputs: node.outputs.map((name) => (name === changed.name ? edit.value : name)),
  })
  const added = built.nodes.filter(({ outputs }) => !graph.types.has(outputs[0]!)).map(reading)
  const maker = graph.nodes[at]!
  const made = { ...maker, outputs: maker.outputs.map((name) => (name === edit.value ? before : name)) }
  const types = new Map<string, ValueType>(built.types).set(before, type)
  types.delete(changed.name)
  return {
    ...graph,
    inputs: [...graph.inputs, ...built.inputs.filter((name) => !graph.inputs.includes(name))],
    constants: new Map([...graph.constants, ...built.constants]),
    nodes: [...graph.nodes.slice(0, at), made, ...added, ...graph.nodes.slice(at + 1)],
    types,
  }
}

function edited(g: GraphBuilder, x: Value, edit: Edit): Value {
  const names = editInputs(edit)
  const source = g.input(names.source, x.type, x.shape)
  const as = `${x.name}.after-${edit.kind}`
  switch (edit.kind) {
    case 'replace':
      return g.add('Where', [g.input(names.mask!, 'bool', x.shape), source, x], { as })
    case 'add':
      return g.add('Add', [x, source], { as })
    case 'scale':
      return g.add('Mul', [x, source], { as })
  }
}

function freeName(graph: Graph, name: string): string {
  return graph.types.has(name) ? freeName(graph, `${name}.before`) : name
}

function missing(graph: Graph, value: string): string {
  const why = graph.inputs.includes(value)
    ? 'is an input of the graph: feed it another value instead'
    : 'is made by no node of it'
  return `the graph "${graph.name}" cannot be edited at "${value}", which ${why}`
}

/** The graph with values of these names as further outputs, so that a run returns them. Throws {@link HookError}. */
export function expose(graph: Graph, values: readonly string[]): Graph {
  for (const value of values)
    if (!graph.types.has(value)) throw new HookError(`the graph "${graph.name}" has no value "${value}" to read`)
  return { ...graph, outputs: [...new Set([...graph.outputs, ...values])] }
}
