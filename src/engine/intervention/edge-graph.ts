import { GraphBuilder, int, type Value } from '../onnx/builder.ts'
import type { Graph, GraphNode } from '../onnx/graph.ts'
import { cloneCone } from './clone-cone.ts'
import type { EdgeEnd, EdgeGroup, EdgeLayout } from './edge-layout.ts'
import { HookError } from './hook.ts'
import { sorted } from './sorted.ts'

/**
 * A decoder's graph in which every edge from a part that writes to the residual stream to a part that reads it can be
 * cut: the reader then gets the substitute of what the writer writes, x_r = x + Σ_u cut_ur · (substitute_u − out_u), while
 * all others go on reading the stream as it is (path patching: Goldowsky-Dill et al. 2023, arXiv 2304.05969). Heads read
 * through copies of the attention of their block, one a head. Needs the hook names of `model/hooked-decoder.ts`.
 * Throws {@link HookError} for a graph without them.
 */
export function edgeGraph(graph: Graph, { groups, parallel }: EdgeLayout): Graph {
  const g = new GraphBuilder(graph.name, graph)
  const work: Work = { g, graph, copies: new Map(), deltas: new Map() }
  const embedded = g.value('blocks.0.hook_resid_pre')
  work.deltas.set('embed', less(work, substitute(work, embedded.name), embedded))
  for (const group of groups) {
    const layer = Number(group.input.split('.')[1])
    const block = `blocks.${layer}`
    if (group.input.endsWith('.heads')) cutHeads(work, group, layer)
    else if (group.input.endsWith('.mlp'))
      cutOne(work, group, [parallel ? streamBefore(layer) : `${block}.hook_resid_mid`, `${block}.hook_mlp_out`])
    else cutOne(work, group, [`blocks.${(groups.length - 1) / 2 - 1}.hook_resid_post`, 'logits'])
  }
  return renamed(work)
}

interface Work {
  readonly g: GraphBuilder
  readonly graph: Graph
  /** What stands in place of a value of the graph for all who read it. */
  readonly copies: Map<string, string>
  /** substitute − written, [rows, width], by writer. */
  readonly deltas: Map<EdgeEnd, Value>
}

const streamBefore = (layer: number): string =>
  layer === 0 ? 'blocks.0.hook_resid_pre' : `blocks.${layer - 1}.hook_resid_post`

const less = ({ g }: Work, a: Value, b: Value): Value => g.add('Sub', [a, b])

function substitute({ g }: Work, hook: string): Value {
  const { type, shape } = g.value(hook)
  return g.input(`${hook}.substitute`, type, shape)
}

/** The stream as each reader of a group gets it. */
function inputsOf({ g, deltas }: Work, { input, readers, sources }: EdgeGroup, stream: Value): Value[] {
  const size = stream.shape.reduce((a, b) => a * b, 1)
  const rows = sources.map((source) => g.add('Reshape', [deltas.get(source)!, g.ints([1, size])]))
  const stack = rows.length === 1 ? rows[0]! : g.add('Concat', rows, { attributes: { axis: int(0) } })
  const mixed = g.add('MatMul', [g.input(input, 'float32', [readers.length, sources.length]), stack])
  return readers.map((_, i) => {
    const row = g.add('Slice', [mixed, g.ints([i]), g.ints([i + 1]), g.ints([0])])
    return g.add('Add', [stream, g.add('Reshape', [row, g.ints(stream.shape)])])
  })
}

function cutHeads(work: Work, group: EdgeGroup, layer: number): void {
  const { g, copies, deltas } = work
  const block = `blocks.${layer}`
  const before = streamBefore(layer)
  const z = `${block}.attn.hook_z`
  const read = inputsOf(work, group, g.value(before)).map((x, head) => {
    const copy = cloneCone(work, [before, z], x)
    return g.add('Slice', [copy, g.ints([head]), g.ints([head + 1]), g.ints([1])])
  })
  const whole = read.length === 1 ? read[0]! : g.add('Concat', read, { attributes: { axis: int(1) } })
  copies.set(z, whole.name)
  const written = g.value(`${block}.hook_attn_out`)
  const instead = substitute(work, z)
  group.readers.forEach((reader, head) => {
    const here = group.readers.map((_, other) => Number(other === head))
    const one = g.constant('bool', here, [1, here.length, 1, 1])
    const swapped = g.add('Where', [one, instead, g.value(z)])
    deltas.set(reader, less(work, cloneCone(work, [z, written.name], swapped), written))
  })
}

/** A part that reads the stream once. */
function cutOne(work: Work, group: EdgeGroup, [from, to]: readonly [string, string]): void {
  const { g, copies, deltas, graph } = work
  if (!graph.types.has(from) || !graph.types.has(to))
    throw new HookError(`the graph "${graph.name}" has no values "${from}" and "${to}", between which edges are cut`)
  const [x] = inputsOf(work, group, g.value(from)) as [Value]
  copies.set(to, cloneCone(work, [from, to], x).name)
  if (to !== 'logits') deltas.set(group.readers[0]!, less(work, substitute(work, to), g.value(to)))
}

/** Every reader of a value that has a copy reads the copy, under the value's own name. */
function renamed({ g, graph, copies }: Work): Graph {
  const built = g.build([
    ...graph.outputs.map((name) => g.value(name)),
    ...[...copies.values()].map((name) => g.value(name)),
  ])
  const names = new Map<string, string>()
  for (const [value, copy] of copies) names.set(value, `${value}.before`).set(copy, value)
  const types = new Map(built.types)
  for (const value of copies.keys()) types.set(`${value}.before`, built.types.get(value)!)
  const made = (node: GraphNode): GraphNode => ({
    ...node,
    outputs: node.outputs.map((name) => names.get(name) ?? name),
  })
  return sorted({ ...built, types, outputs: graph.outputs, nodes: built.nodes.map(made) })
}
