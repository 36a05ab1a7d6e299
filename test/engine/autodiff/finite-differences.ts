import { gradient } from '../../../src/engine/autodiff/gradient.ts'
import type { Value } from '../../../src/engine/onnx/builder.ts'
import { GraphBuilder, int } from '../../../src/engine/onnx/builder.ts'
import type { Graph } from '../../../src/engine/onnx/graph.ts'
import { sizeOf } from '../../../src/engine/onnx/graph.ts'
import { verifyGraph } from '../../rig/verify-graph.ts'
import { openSession } from '../../../src/engine/runtime/ort-session.ts'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import type { Case } from './cases/case.ts'
import { interpret } from './interpreter/interpreter.ts'
import type { Tensor } from './interpreter/tensor.ts'

type Real = 'float64' | 'float32'
const nameOf = (i: number): string => `x${i}`

/** Σ cᵢ·yᵢ with fixed irregular coefficients, so that no element's gradient hides behind another's; and y itself. */
function scalarGraph({ title, shapes, build }: Case, type: Real): Graph {
  const g = new GraphBuilder(title.replaceAll(/\W/g, '_'))
  const y = build(
    g,
    shapes.map((shape, i) => g.input(nameOf(i), type, shape)),
  )
  const coefficients = Array.from({ length: sizeOf(y.shape) }, (_, i) => Math.sin(i + 1))
  const weighed = g.add('Mul', [y, g.constant(type, coefficients, y.shape)])
  const loss: Value = g.add('ReduceSum', [weighed], { as: 'loss', attributes: { keepdims: int(0) } })
  return g.build([loss, g.add('Identity', [y], { as: 'y' })])
}

/** Seeded inputs of a case. */
function inputsOf({ shapes, values = 'normal' }: Case, type: Real): Tensor[] {
  const stream = new RandomStream('00000000000000aa', 'other')
  return shapes.map((shape, i) => {
    const drawn = new Float64Array(sizeOf(shape))
    stream.normals(i, drawn)
    const shifted = (v: number): number =>
      values === 'positive' ? Math.abs(v) * 0.5 + 0.7 : values === 'unit' ? 0.9 * Math.tanh(v) : v
    const data = typeof values === 'string' ? Array.from(drawn, shifted) : (values[i] ?? [])
    return { type, shape, data: type === 'float32' ? data.map(Math.fround) : data }
  })
}
const named = (inputs: readonly Tensor[]): Map<string, Tensor> => new Map(inputs.map((x, i) => [nameOf(i), x]))

/**
 * The largest relative error of the gradient graph against central differences of fourth order, both in double precision,
 * over every element of every input. An element's error is relative to the largest gradient in its input.
 */
export function gradientError(one: Case): number {
  const forward = scalarGraph(one, 'float64')
  const inputs = inputsOf(one, 'float64')
  const { graph, gradients } = gradient(
    forward,
    'loss',
    one.shapes.map((_, i) => nameOf(i)),
  )
  const analytic = interpret(graph, named(inputs), gradients)
  const step = 3e-4
  let worst = 0
  inputs.forEach((x, i) => {
    const found = analytic.get(gradients[i]!)!
    const scale = Math.max(...found.data.map(Math.abs), 1e-3)
    const loss = (j: number, delta: number): number => {
      const moved = { ...x, data: x.data.with(j, x.data[j]! + delta) }
      return interpret(forward, named(inputs.with(i, moved)), ['loss']).get('loss')!.data[0]!
    }
    x.data.forEach((_, j) => {
      const numeric = (8 * (loss(j, step) - loss(j, -step)) - (loss(j, 2 * step) - loss(j, -2 * step))) / (12 * step)
      const error = Math.abs(numeric - found.data[j]!) / scale
      worst = Number.isNaN(error) ? Infinity : Math.max(worst, error)
    })
  })
  return worst
}

/**
 * The largest difference between onnxruntime and the interpreter over value, loss and gradients of the same graph in single
 * precision, relative to the largest element of each. Opening the graph also shows that onnxruntime has all its kernels.
 */
export async function runtimeError(one: Case): Promise<number> {
  const inputs = inputsOf(one, 'float32')
  const names = inputs.map((_, i) => nameOf(i))
  const { graph, gradients } = gradient(scalarGraph(one, 'float32'), 'loss', names)
  verifyGraph(graph)
  const wanted = ['y', 'loss', ...gradients]
  const plain = interpret(graph, named(inputs), wanted)
  const session = await openSession(graph, { threads: 1 })
  const feeds = Object.fromEntries(
    inputs.map(({ shape, data }, i) => [nameOf(i), { type: 'float32' as const, shape, data: Float32Array.from(data) }]),
  )
  const results = await session.run(feeds)
  await session.close()
  let worst = 0
  for (const name of wanted) {
    const [ours, theirs] = [plain.get(name)!, results[name]!]
    if (ours.shape.join() !== theirs.shape.join())
      throw new Error(`${name}: [${ours.shape.join()}], in onnxruntime [${theirs.shape.join()}]`)
    const scale = Math.max(...ours.data.map(Math.abs), 1)
    ours.data.forEach((value, j) => {
      const error = Math.abs(value - Number(theirs.data[j])) / scale
      worst = Number.isNaN(error) ? Infinity : Math.max(worst, error)
    })
  }
  return worst
}
