import { gradient } from '../autodiff/gradient.ts'
import type { Value } from '../onnx/builder.ts'
import { GraphBuilder, int } from '../onnx/builder.ts'
import type { Graph, GraphNode } from '../onnx/graph.ts'
import { fuseProducts } from '../runtime/fuse-products.ts'
import type { Decoder } from './decoder.ts'
import type { BatchShape } from './graphs.ts'
import { beginDecoder } from './graphs.ts'

/** Rows of a matrix's gradient that the graph leaves to whoever runs it: gradient[ids[i]] += sign · values[i]. */
export interface SparseRows {
  readonly parameter: string
  /** Which of the graph's inputs has the rows' numbers. */
  readonly ids: 'tokens' | 'targets'
  /** Graph output [batch · length, width]. */
  readonly values: string
  readonly sign: 1 | -1
}

export interface TrainingGraph {
  readonly graph: Graph
  /**
   * Graph outputs that hold the gradient of each parameter, but for its `sparse` rows: one, or blocks of rows to be put
   * one after the other. A parameter that only has sparse rows has none.
   */
  readonly gradients: ReadonlyMap<string, readonly string[]>
  readonly sparse: readonly SparseRows[]
}

/**
 * Mean loss over weighted positions and its gradient: inputs `tokens` [batch, length], `targets` int64 [batch · length,
 * 1], `weight` float32 [batch · length] (sums to 1: the mask over its count) and the parameters; outputs `loss` (scalar,
 * nats a token) and a gradient for each parameter.
 *
 * What is one row a token stays so: the gradient of an embedding, and the one-hot part of ∂loss/∂logits = (softmax −
 * one-hot)·weight at the last matrix, are rows to add at the tokens' places, not matrices of the vocabulary's size.
 */
export function trainingGraph(decoder: Decoder, shape: BatchShape): TrainingGraph {
  const use = beginDecoder('training', decoder, shape)
  const { g } = use
  const rows = shape.batch * shape.length
  const targets = g.input('targets', 'int64', [rows, 1])
  const weight = g.input('weight', 'float32', [rows])
  const body = decoder.body(use)
  const logits = decoder.logits(use, body)
  const { loss, odds } = crossEntropy(g, { logits, targets, weight })
  const column = g.add('Reshape', [weight, g.ints([rows, 1])])
  const built = g.build([loss, logits])
  const head = headOf(built, { logits: logits.name, body: body.name })
  const start =
    head === undefined
      ? throughLogits(g, { logits, targets, odds, column })
      : throughHead(g, { body, targets, odds, column, matrix: g.value(head) })
  return complete(g, decoder, { loss, start })
}

interface CrossEntropy {
  readonly logits: Value
  readonly targets: Value
  readonly weight: Value
}

/**
 * Σ weight·(−log p(target)) and p = softmax(logits). With m = max logits, −log p(target) = (m − logit(target)) − log
 * max p, which is as exact as a log-softmax and needs no second matrix: max p is at least 1/vocabulary.
 */
function crossEntropy(g: GraphBuilder, { logits, targets, weight }: CrossEntropy): { loss: Value; odds: Value } {
  const [axis, column] = [g.ints([1]), { axis: int(1) }]
  const most = g.add('ReduceMax', [logits, axis])
  const below = g.add('Sub', [most, g.add('GatherElements', [logits, targets], { attributes: column })])
  const odds = g.add('Softmax', [logits], { attributes: column })
  const log = g.add('Log', [g.add('ReduceMax', [odds, axis])])
  const each = g.add('Reshape', [g.add('Sub', [below, log]), g.ints([-1])])
  const loss = g.add('ReduceSum', [g.add('Mul', [each, weight])], { as: 'loss', attributes: { keepdims: int(0) } })
  return { loss, odds }
}

/** The parameter W where logits = body·Wᵀ and nothing else. */
function headOf({ nodes, inputs }: Graph, { logits, body }: { logits: string; body: string }): string | undefined {
  const node = nodes.find(({ outputs }) => outputs.includes(logits))
  const [rows, matrix, bias] = node?.inputs ?? []
  const plain = node?.op === 'Gemm' && bias === undefined && rows === body
  const { transB, ...rest } = node?.attributes ?? {}
  const turned = transB !== undefined && 'int' in transB && transB.int === 1 && Object.keys(rest).length === 0
  return plain && turned && matrix !== undefined && inputs.includes(matrix) ? matrix : undefined
}

/** Where the walk back begins, and gradients that are known before it. */
interface Start {
  readonly value: Value
  readonly gradient: Value
  readonly known: ReadonlyMap<string, readonly Value[]>
  readonly sparse: readonly SparseRows[]
  readonly rows: readonly Value[]
}
interface Slope {
  readonly targets: Value
  /** softmax(logits), [rows, vocabulary]. */
  readonly odds: Value
  /** Weight of each row, [rows, 1]. */
  readonly column: Value
}

/** From the logits, ∂loss/∂logits = (p − one-hot)·weight: for a last layer of any form. */
function throughLogits(g: GraphBuilder, { logits, targets, odds, column }: Slope & { logits: Value }): Start {
  const [rows] = targets.shape as [number]
  const one = g.constant(
    odds.type,
    Array.from({ length: rows }, () => 1),
    [rows, 1],
  )
  const picked = g.add('GatherElements', [odds, targets], { attributes: { axis: int(1) } })
  const slope = g.add('ScatterElements', [odds, targets, g.add('Sub', [picked, one])], {
    attributes: { axis: int(1) },
  })
  return { value: logits, gradient: g.add('Mul', [slope, column]), known: new Map(), sparse: [], rows: [] }
}

/** From the body, past the last matrix W: ∂body = (p·W − W[target])·weight, ∂W = pᵀ·(weight·body) − rows at the targets. */
function throughHead(
  g: GraphBuilder,
  { body, targets, odds, column, matrix }: Slope & { body: Value; matrix: Value },
): Start {
  const picked = g.add('Gather', [matrix, g.add('Reshape', [targets, g.ints([-1])])])
  const gap = g.add('Sub', [g.add('Gemm', [odds, matrix]), picked])
  const weighed = g.add('Mul', [body, column])
  return {
    value: body,
    gradient: g.add('Mul', [gap, column]),
    known: new Map([[matrix.name, turnedProduct(g, odds, weighed)]]),
    sparse: [{ parameter: matrix.name, ids: 'targets', values: weighed.name, sign: -1 }],
    rows: [weighed],
  }
}

/** Floats of a block of a large product: 8 MiB, which stays in the cache while it is added up. */
const blockSize = 2 ** 21

/** aᵀ·b for a [rows, m] and b [rows, n], in blocks of rows where the whole would be written to memory again and again. */
function turnedProduct(g: GraphBuilder, a: Value, b: Value): readonly Value[] {
  const [m, n] = [a.shape[1]!, b.shape[1]!]
  const height = Math.max(1, Math.floor(blockSize / n))
  const sizes = Array.from({ length: Math.ceil(m / height) }, (_, i) => Math.min(height, m - i * height))
  const options = { attributes: { axis: int(1) }, outputs: sizes.length }
  const parts = sizes.length === 1 ? [a] : g.addMany('Split', [a, g.ints(sizes)], options)
  return parts.map((part) => g.add('Gemm', [part, b], { attributes: { transA: int(1) } }))
}

/** Adds the walk from `start` through the body to the parameters. */
function complete(
  g: GraphBuilder,
  { parameters }: Decoder,
  { loss, start }: { loss: Value; start: Start },
): TrainingGraph {
  const inner = g.build([start.value]).nodes
  const lookups = inner.filter((node) => isLookup(node, parameters))
  const rest = new Set(inner.filter((node) => !lookups.includes(node)).flatMap(({ inputs }) => inputs))
  const dense = [...parameters.keys()].filter((name) => rest.has(name))
  const looked = lookups.map(({ outputs }) => outputs[0]!)
  const begun = g.build([loss, start.gradient, ...[...start.known.values()].flat(), ...start.rows])
  const from = { value: start.value.name, gradient: start.gradient.name, given: new Set(looked) }
  const { graph, gradients } = gradient(begun, from, [...dense, ...looked])

  const whole = new GraphBuilder('training', graph)
  const found = new Map(start.known)
  dense.forEach((name, i) => {
    const [known, walked] = [found.get(name), whole.value(gradients[i]!)]
    const joined =
      known?.length === 1 ? known[0]! : known && whole.add('Concat', known, { attributes: { axis: int(0) } })
    found.set(name, [joined === undefined ? walked : whole.add('Add', [joined, walked])])
  })
  const embedded = lookups.map(({ inputs }, i) => ({ parameter: inputs[0]!, values: gradients[dense.length + i]! }))
  const sparse = [...start.sparse, ...embedded.map((each) => ({ ...each, ids: 'tokens', sign: 1 }) as const)]
  const written = [...found].map(([parameter, values]) => [parameter, values.map(({ name }) => name)] as const)
  const outputs = new Set([loss.name, ...written.flatMap(([, names]) => names), ...sparse.map(({ values }) => values)])
  return {
    graph: fuseProducts(whole.build([...outputs].map((name) => whole.value(name)))),
    gradients: new Map(written),
    sparse,
  }
}

/** A look-up of the tokens' rows in a parameter. */
const isLookup = ({ op, inputs, attributes }: GraphNode, parameters: Decoder['parameters']): boolean =>
  op === 'Gather' && inputs[1] === 'tokens' && parameters.has(inputs[0]!) && attributes['axis'] === undefined
