import { GraphBuilder } from '../src/engine/onnx/builder.ts'
import { openSession } from '../src/engine/runtime/ort-session.ts'
import { RandomStream } from '../src/engine/sampling/random.ts'
import type { Timed } from './measure.ts'

const side = 1024
/** Floating-point operations of one run. */
export const matmulOperations = 2 * side ** 3

/** Multiplies two 1024² matrices in onnxruntime: the limit of what it can do here and now. */
export async function matmul(threads: number): Promise<Timed & { close(): Promise<void> }> {
  const g = new GraphBuilder('matmul')
  const shape = [side, side]
  const [a, b] = [g.input('a', 'float32', shape), g.input('b', 'float32', shape)]
  const session = await openSession(g.build([g.add('MatMul', [a, b], { as: 'y' })]), { threads })
  const matrix = () => {
    const data = new Float32Array(side * side)
    new RandomStream('0123456789abcdef', 'noise').normals(0, data)
    return { type: 'float32' as const, shape, data }
  }
  const [feeds, into] = [{ a: matrix(), b: matrix() }, { y: matrix() }]
  return { name: `matmul ${side}³ fp32`, run: () => session.run(feeds, into), close: () => session.close() }
}
