import { expect, test } from 'vitest'
import { float, GraphBuilder, int, ints, text } from '../../../src/engine/onnx/builder.ts'
import { printGraph } from '../../../src/engine/onnx/print.ts'

test('a line for each input, large constant, node and the outputs', () => {
  const g = new GraphBuilder('net')
  const x = g.input('x', 'float32', [1, 2, 4])
  const w = g.tensor('w', { type: 'float32', shape: [4, 4], data: new Float32Array(16) })
  const h = g.add('MatMul', [x, w], { as: 'h' })
  const clipped = g.add('Clip', [h, null, g.scalar(6, h)], { as: 'clipped' })
  const turned = g.add('Transpose', [clipped], { as: 'turned', attributes: { perm: ints([0, 2, 1]) } })
  const smooth = g.add('Gelu', [turned], { as: 'smooth', attributes: { approximate: text('tanh') } })
  const leaky = g.add('LeakyRelu', [smooth], { as: 'leaky', attributes: { alpha: float(0.25) } })
  const [a, b] = g.addMany('Split', [leaky, g.ints([1, 3])], {
    as: ['a', 'b'],
    outputs: 2,
    attributes: { axis: int(1) },
  })
  expect(printGraph(g.build([a!, b!]))).toBe(`graph "net" (operator set 20)
  input x: float32 [1, 2, 4]
  constant w: float32 [4, 4]
  h: float32 [1, 2, 4] = MatMul(x, w)
  clipped: float32 [1, 2, 4] = Clip(h, –, 6)
  turned: float32 [1, 4, 2] = Transpose(clipped, perm = [0, 2, 1])
  smooth: float32 [1, 4, 2] = Gelu(turned, approximate = "tanh")
  leaky: float32 [1, 4, 2] = LeakyRelu(smooth, alpha = 0.25)
  a: float32 [1, 1, 2], b: float32 [1, 3, 2] = Split(leaky, [1, 3], axis = 1)
  output a, b
`)
})
