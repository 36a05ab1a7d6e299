import { expect, it } from 'vitest'
import { GraphBuilder } from '../../../src/engine/onnx/builder.ts'
import type { Graph } from '../../../src/engine/onnx/graph.ts'
import { openSession } from '../../../src/engine/runtime/ort-session.ts'
import { SessionThread } from '../../../src/engine/runtime/session-thread.ts'
import type { Tensor } from '../../../src/engine/runtime/session.ts'

/** y = x·w and the rows of w that ids name: outputs of another size and type than the inputs. */
function product(): Graph {
  const g = new GraphBuilder('product')
  const [x, w, ids] = [g.input('x', 'float32', [3, 4]), g.input('w', 'float32', [4, 5]), g.input('ids', 'int64', [2])]
  return g.build([
    g.add('MatMul', [x, w], { as: 'y' }),
    g.add('Gather', [w, ids], { as: 'rows' }),
    g.add('Add', [ids, ids], { as: 'twice' }),
  ])
}
const feeds = (shift: number): Record<string, Tensor> => ({
  x: { type: 'float32', shape: [3, 4], data: Float32Array.from({ length: 12 }, (_, i) => Math.sin(i + shift)) },
  w: { type: 'float32', shape: [4, 5], data: Float32Array.from({ length: 20 }, (_, i) => Math.cos(i * shift)) },
  ids: { type: 'int64', shape: [2], data: BigInt64Array.of(3n, 1n) },
})

it('gives what a session on this thread gives, run after run, while that one runs too', async () => {
  const graph = product()
  const [here, there] = [await openSession(graph, { threads: 1 }), await SessionThread.open(graph, { threads: 1 })]
  for (const shift of [0.1, 0.7, 2]) {
    there.begin(feeds(shift))
    const wanted = await here.run(feeds(shift))
    there.end()
    for (const name of graph.outputs) expect(there.outputs.get(name)).toEqual(wanted[name]!.data)
  }
  await there.close()
  await here.close()
})

it('works on a copy of what it is given', async () => {
  const thread = await SessionThread.open(product(), { threads: 1 })
  const given = feeds(1)
  thread.begin(given)
  ;(given['w']!.data as Float32Array).fill(0)
  thread.end()
  expect(Math.max(...(thread.outputs.get('y') as Float32Array))).toBeGreaterThan(0)
  await thread.close()
})

it('says what is wrong with a graph or a run, and ends all the same', async () => {
  const graph = product()
  const broken = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, op: 'NoSuchOperator' })) }
  await expect(SessionThread.open(broken, { threads: 1 })).rejects.toThrow(
    /^onnxruntime cannot open the graph "product": .*NoSuchOperator/,
  )
  const thread = await SessionThread.open(graph, { threads: 1 })
  const wrong = { ...feeds(1), ids: { type: 'int64' as const, shape: [2], data: BigInt64Array.of(7n, 0n) } }
  thread.begin(wrong)
  expect(() => {
    thread.end()
  }).toThrow(/^running the graph "product" failed: .*Gather/)
  await thread.close()
  const { x, w } = feeds(1)
  const other = await SessionThread.open(graph, { threads: 1 })
  expect(() => {
    other.begin({ x: x!, w: w! })
  }).toThrow('the graph "product" needs its input "ids"')
  await other.close()
})
