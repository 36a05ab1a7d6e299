import type { Graph, GraphNode } from '../../engine/onnx/graph.ts'
import { intAttribute, intsAttribute } from '../../engine/onnx/ops/op-use.ts'
import { parseEinsum } from '../../engine/onnx/ops/einsum.ts'

/** For each axis of a tensor, into how many equal blocks it falls: 1 where all of it is one, its size where each index is its own. */
export type Blocks = readonly number[]

/**
 * What one output channel is in each of the named weights of at least two axes, told from how the graph uses it: each
 * column of W in x·W, each row where it is used transposed, each filter of a convolution (of a transposed one, in its
 * group), each row that a lookup reads. A weight that is looked up and multiplied by goes by its product. Weights that
 * no such node reads are left out.
 */
export function channelBlocks(graph: Graph, names: Iterable<string>): Map<string, Blocks> {
  const weights = new Set(names)
  const found = new Map<string, Blocks>()
  const uses: Uses = { graph, readers: readersIn(graph), ofWeights: madeOfWeights(graph, weights) }
  for (const name of weights) {
    if ((graph.types.get(name)?.shape.length ?? 0) < 2) continue
    const blocks = blocksOf(uses, name, 'product') ?? blocksOf(uses, name, 'lookup')
    if (blocks !== undefined) found.set(name, blocks)
  }
  return found
}

interface Reader {
  readonly node: GraphNode
  /** Which of its inputs the value is. */
  readonly at: number
}
interface Uses {
  readonly graph: Graph
  readonly readers: ReadonlyMap<string, readonly Reader[]>
  /** Values that depend on weights and constants alone: there a weight is still seen, only turned or cut. */
  readonly ofWeights: ReadonlySet<string>
}
type Purpose = 'product' | 'lookup'

function readersIn({ nodes }: Graph): Map<string, Reader[]> {
  const readers = new Map<string, Reader[]>()
  for (const node of nodes)
    node.inputs.forEach((name, at) => {
      const known = readers.get(name)
      if (known === undefined) readers.set(name, [{ node, at }])
      else known.push({ node, at })
    })
  return readers
}

function madeOfWeights({ nodes, constants }: Graph, weights: ReadonlySet<string>): Set<string> {
  const made = new Set([...weights, ...constants.keys()])
  for (const { inputs, outputs } of nodes)
    if (inputs.every((name) => name === '' || made.has(name))) for (const name of outputs) made.add(name)
  return made
}

function blocksOf(uses: Uses, name: string, purpose: Purpose): Blocks | undefined {
  for (const reader of uses.readers.get(name) ?? []) {
    const shape = uses.graph.types.get(name)?.shape
    if (shape === undefined) return undefined
    const { node, at } = reader
    const here = purpose === 'product' ? productBlocks(uses, reader, shape) : lookupBlocks(reader, shape)
    if (here !== undefined) return here
    for (const output of node.outputs) {
      if (!uses.ofWeights.has(output)) continue
      const after = blocksOf(uses, output, purpose)
      const to = uses.graph.types.get(output)?.shape
      const before =
        after === undefined || to === undefined || at > 0 ? undefined : through(node, { from: shape, to, after })
      if (before !== undefined) return before
    }
  }
  return undefined
}

/** Blocks with only these axes apart. */
const apart = (shape: readonly number[], isApart: (axis: number) => boolean): Blocks =>
  shape.map((size, axis) => (isApart(axis) ? size : 1))

function productBlocks({ graph }: Uses, { node, at }: Reader, shape: readonly number[]): Blocks | undefined {
  const { op, attributes, inputs } = node
  const rank = shape.length
  if (op === 'MatMul' && rank > 1) return apart(shape, (axis) => axis !== (at === 0 ? rank - 1 : rank - 2))
  if (op === 'Gemm' && at < 2) {
    const summed = at === 0 ? 1 - intAttribute(attributes, 'transA', 0) : intAttribute(attributes, 'transB', 0)
    return apart(shape, (axis) => axis !== summed)
  }
  if (op === 'Conv' && at === 1) return apart(shape, (axis) => axis === 0)
  if (op === 'ConvTranspose' && at === 1)
    return shape.map((size, axis) => (axis === 0 ? intAttribute(attributes, 'group', 1) : axis === 1 ? size : 1))
  if (op !== 'Einsum') return undefined
  const x = inputs.map((name) => graph.types.get(name))
  const { terms, output } = parseEinsum({ op, name: node.name, x, attributes, constant: () => undefined })
  return apart(shape, (axis) => output.includes(terms[at]![axis]!))
}

function lookupBlocks({ node: { op, attributes }, at }: Reader, shape: readonly number[]): Blocks | undefined {
  if (at !== 0) return undefined
  const axis = op === 'Gather' ? intAttribute(attributes, 'axis', 0) : op === 'Slice' ? 0 : undefined
  return axis === undefined ? undefined : apart(shape, (one) => one === (axis + shape.length) % shape.length)
}

interface Change {
  /** Shapes of a node's first input and of its output. */
  readonly from: readonly number[]
  readonly to: readonly number[]
  /** Blocks of its output. */
  readonly after: Blocks
}

/** The blocks of a node's first input that become those of its output; `undefined` where none do. */
function through(node: GraphNode, change: Change): Blocks | undefined {
  const { from, to, after } = change
  if (node.op === 'Transpose') {
    const order = intsAttribute(node.attributes, 'perm') ?? from.map((_, i) => from.length - 1 - i)
    return from.map((_, axis) => after[order.indexOf(axis)]!)
  }
  if (['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'].includes(node.op)) return reshaped(change)
  // Cut, joined or scaled: axes stay what they are, and one that is apart is so in all its length.
  return from.length === to.length ? apart(from, (axis) => after[axis]! > 1) : undefined
}

/** Axes that a reshape merges or splits belong together: a group of them is apart where any of what became of it is. */
function reshaped({ from, to, after }: Change): Blocks {
  const blocks = from.map(() => 1)
  let [i, j] = [0, 0]
  while (i < from.length && j < to.length) {
    const [first, firstTo] = [i, j]
    let [left, right] = [from[i++]!, to[j++]!]
    while (left !== right) {
      if (left < right) left *= from[i++] ?? 1
      else right *= to[j++] ?? 1
      if (i >= from.length && j >= to.length) break
    }
    const isApart = after.slice(firstTo, j).some((count) => count > 1)
    if (isApart) for (let axis = first; axis < i; axis++) blocks[axis] = from[axis]!
  }
  return blocks
}
