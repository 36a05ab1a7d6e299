import { expect, test } from 'vitest'
import { gradient } from '../../../../src/engine/autodiff/gradient.ts'
import { GraphBuilder, int } from '../../../../src/engine/onnx/builder.ts'
import { parseOnnx } from '../../../../src/engine/onnx/read/read-onnx.ts'
import { openSession } from '../../../../src/engine/runtime/ort-session.ts'
import { doubles, onnxFile } from './onnx-file.ts'

const count = 24
const values = Float64Array.from({ length: count }, (_, i) => Math.sin(3 * i) + 0.1 * i)
const names = ['x', 'scale', 'shift']

/** Σ sin(i + 1)·yᵢ of a layer norm over the last two axes in double precision, and its gradients, by onnxruntime. */
async function lossAt(x: Float64Array): Promise<{ readonly loss: number; readonly gradients: number[][] }> {
  const bytes = onnxFile({
    inputs: { unused: [1, [1]] },
    outputs: { y: [11] },
    initializers: [
      doubles('x', [2, 3, 4], [...x]),
      doubles('scale', [3, 4], [...values.slice(0, 12)]),
      doubles('shift', [3, 4], [...values.slice(12)]),
    ],
    nodes: [{ op: 'LayerNormalization', in: names, attributes: { axis: -2, epsilon: { f: 0.01 } } }],
  })
  const model = parseOnnx(bytes, 'double.onnx')
  const g = new GraphBuilder('loss', model.graph())
  const weights = g.constant('float64', [...values.map((_, i) => Math.sin(i + 1))], [2, 3, 4])
  g.add('ReduceSum', [g.add('Mul', [g.value('y'), weights])], { as: 'loss', attributes: { keepdims: int(0) } })
  const made = gradient(g.build([g.value('loss')]), 'loss', names)
  const session = await openSession(made.graph, { threads: 1 })
  const found = await session.run(Object.fromEntries(model.parameters))
  await session.close()
  const numbers = (name: string): number[] => Array.from(found[name]!.data as Float64Array)
  return { loss: numbers('loss')[0]!, gradients: made.gradients.map(numbers) }
}

test('a layer norm in double precision has its gradient in double precision', async () => {
  const { gradients } = await lossAt(values)
  expect(gradients[2]).toEqual(
    Array.from({ length: 12 }, (_, i) => expect.closeTo(Math.sin(i + 1) + Math.sin(i + 13), 12) as number),
  )
  for (const [i, found] of gradients[0]!.entries()) {
    const at = async (delta: number): Promise<number> => (await lossAt(values.with(i, values[i]! + delta))).loss
    expect(((await at(1e-4)) - (await at(-1e-4))) / 2e-4).toBeCloseTo(found, 6)
  }
})
