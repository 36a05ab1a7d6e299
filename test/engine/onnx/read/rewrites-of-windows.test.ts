import { expect, test } from 'vitest'
import { gradient } from '../../../../src/engine/autodiff/gradient.ts'
import { GraphBuilder, int } from '../../../../src/engine/onnx/builder.ts'
import { parseOnnx } from '../../../../src/engine/onnx/read/read-onnx.ts'
import { openSession } from '../../../../src/engine/runtime/ort-session.ts'
import { differenceFrom } from './beside-onnxruntime.ts'
import { onnxFile } from './onnx-file.ts'

/** Kernel, strides and pads: a last window that starts in the padding, one that reads past it, and both at once. */
const windows = [
  { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 1, 1, 1] },
  { kernel_shape: [3, 2], strides: [3, 2], pads: [1, 1, 1, 1] },
  { kernel_shape: [2, 2], strides: [3, 2], pads: [1, 1, 1, 1] },
  { kernel_shape: [2, 3], strides: [2, 3], pads: [0, 0, 1, 1] },
  { kernel_shape: [3, 3], strides: [2, 2], pads: [0, 0, 0, 0] },
]
const sizes = [6, 7, 8].map((height) => [1, 2, height, 7] as const)

test.each(
  ['MaxPool', 'AveragePool', 'LpPool'].flatMap((op) =>
    windows.flatMap((given) => sizes.map((x) => ({ op, given, x }))),
  ),
)('$op of ceil_mode over $x with $given: value and gradient are run', async ({ op, given, x }) => {
  const bytes = onnxFile({
    opset: 18,
    inputs: { x: [1, x] },
    outputs: { y: [1] },
    nodes: [{ op, in: ['x'], attributes: { ...given, ceil_mode: 1 } }],
  })
  const { difference, graph } = await differenceFrom(bytes, parseOnnx(bytes, 'pool.onnx'))
  expect(difference).toBeLessThanOrEqual(1e-6)
  const g = new GraphBuilder('loss', graph)
  const y = g.value('y')
  const weights = g.constant(
    'float32',
    Array.from({ length: y.shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i + 1)),
    y.shape,
  )
  const loss = g.add('ReduceSum', [g.add('Mul', [y, weights])], { as: 'loss', attributes: { keepdims: int(0) } })
  const made = gradient(g.build([loss]), 'loss', ['x'])
  const session = await openSession(made.graph, { threads: 1 })
  const values = Float32Array.from({ length: x.reduce((a, b) => a * b) }, (_, i) => 1 + 0.5 * Math.sin(7 * i))
  const found = await session.run({ x: { type: 'float32', shape: x, data: values } })
  await session.close()
  // All three are homogeneous of degree one, so that Σ x · ∂loss/∂x is the loss (Euler).
  const slope = found[made.gradients[0]!]!.data as Float32Array
  const total = values.reduce((sum, value, i) => sum + value * slope[i]!, 0)
  expect(total).toBeCloseTo((found['loss']!.data as Float32Array)[0]!, 4)
})
