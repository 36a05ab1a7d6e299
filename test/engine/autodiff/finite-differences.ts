import { gradient } from '../../../src/engine/autodiff/gradient.ts'
import type { Value } from '../../../src/engine/onnx/builder.ts'
import { GraphBuilder, int } from '../../../src/engine/onnx/builder.ts'
import type { Graph } from '../../../src/engine/onnx/graph.ts'
import { sizeOf } from '../../../src/engine/onnx/graph.ts'
import { openSession } from '../../../src/engine/runtime/ort-session.ts'
import { RandomStream } from '../../../src/engine/sampling/random.ts'

export interface Case {
  readonly title: string
  /** Shapes of the inputs that are differentiated. */
  readonly shapes: readonly (readonly number[])[]
  /** Where random inputs are shifted to, so that logarithms and roots are defined. */
  readonly shift?: number
  /** `float32` where onnxruntime has no fp64 kernel of the operator; the tolerance follows. */
  readonly type?: 'float64' | 'float32'
  build(g: GraphBuilder, inputs: readonly Value[]): Value
}

/** The largest relative error of the gradient graph against central differences, over every element of every input. */
export async function gradientError({ title, shapes, shift = 0, type = 'float64', build }: Case): Promise<number> {
  const forward = scalarGraph({ title, shapes, type, build })
  const names = shapes.map((_, i) => `x${i}`)
  const { graph, gradients } = gradient(forward, 'loss', names)
  const session = await openSession(graph, { threads: 1 })
  const stream = new RandomStream('00000000000000aa', 'other')
  const data = shapes.map((shape, i) => {
    const values = new Float64Array(sizeOf(shape))
    stream.normals(i, values)
    const moved = values.map((v) => (shift === 0 ? v : Math.abs(v) * 0.5 + shift))
    return type === 'float64' ? moved : Float32Array.from(moved)
  })
  const feeds = () => Object.fromEntries(names.map((name, i) => [name, { type, shape: shapes[i]!, data: data[i]! }]))
  const results = await session.run(feeds())
  const loss = async (): Promise<number> => Number((await session.run(feeds()))['loss']!.data[0])
  const step = type === 'float64' ? 1e-5 : 2e-2
  let worst = 0
  for (const [i, values] of data.entries()) {
    const analytic = results[gradients[i]!]!.data
    const scale = Math.max(...Array.from(analytic as ArrayLike<number>, Math.abs), 1e-3)
    for (let j = 0; j < values.length; j++) {
      const kept = values[j]!
      const at = async (delta: number): Promise<number> => {
        values[j] = kept + delta
        return loss()
      }
      // Fourth order: the error is of order step⁴.
      const numeric =
        (8 * ((await at(step)) - (await at(-step))) - ((await at(2 * step)) - (await at(-2 * step)))) / (12 * step)
      values[j] = kept
      worst = Math.max(worst, Math.abs(numeric - Number(analytic[j])) / scale)
    }
  }
  await session.close()
  return worst
}

/** Σ cᵢ·yᵢ with fixed irregular coefficients, so that no element's gradient hides behind another's. */
function scalarGraph({ title, shapes, type, build }: Required<Omit<Case, 'shift'>>): Graph {
  const g = new GraphBuilder(title.replaceAll(/\W/g, '_'))
  const inputs = shapes.map((shape, i) => g.input(`x${i}`, type, shape))
  const y = build(g, inputs)
  const coefficients = g.constant(
    type,
    Array.from({ length: sizeOf(y.shape) }, (_, i) => Math.sin(i + 1)),
    y.shape,
  )
  return g.build([
    g.add('ReduceSum', [g.add('Mul', [y, coefficients])], { as: 'loss', attributes: { keepdims: int(0) } }),
  ])
}
