import * as ort from 'onnxruntime-node'
import { encodeModel } from '../../../../src/engine/onnx/codec.ts'
import type { Graph } from '../../../../src/engine/onnx/graph.ts'
import type { ImportedModel } from '../../../../src/engine/onnx/read/read-onnx.ts'
import { verifyGraph } from '../../../rig/verify-graph.ts'
import { RandomStream } from '../../../../src/engine/sampling/random.ts'

/** Largest difference of any output between the file run as it is and our graph of it, on the same seeded inputs. */
export async function differenceFrom(
  bytes: Uint8Array,
  model: ImportedModel,
  dimensions: Readonly<Record<string, number>> = {},
): Promise<{ readonly difference: number; readonly graph: Graph }> {
  const graph = model.graph(dimensions)
  verifyGraph(graph)
  const options: ort.InferenceSession.SessionOptions = {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'basic',
  }
  const original = await ort.InferenceSession.create(bytes, options)
  const ours = await ort.InferenceSession.create(encodeModel(graph), options)
  const feeds = Object.fromEntries(model.inputs.map(({ name }, i) => [name, randomTensor(graph, name, i)]))
  const parameters = Object.fromEntries(
    [...model.parameters].map(([name, { type, data, shape }]) => [name, new ort.Tensor(type, data as never, shape)]),
  )
  const expected = await original.run(feeds)
  const found = await ours.run({ ...feeds, ...parameters })
  let difference = 0
  for (const { name } of model.outputs) {
    const [a, b] = [expected[name]!, found[name]!]
    const type = graph.types.get(name)
    if (a.dims.join() !== b.dims.join() || a.type !== b.type)
      throw new Error(`${name}: [${a.dims.join()}] and [${b.dims.join()}]`)
    if (type !== undefined && type.shape.join() !== b.dims.join())
      throw new Error(`${name}: inferred [${type.shape.join()}]`)
    const values = b.data as ArrayLike<number | bigint>
    for (const [i, value] of Array.from(a.data as ArrayLike<number | bigint>).entries()) {
      const off = Math.abs(Number(value) - Number(values[i]))
      if (!Object.is(value, values[i]) && !(off <= difference)) difference = off
    }
  }
  await original.release()
  await ours.release()
  return { difference, graph }
}

function randomTensor(graph: Graph, name: string, index: number): ort.Tensor {
  const type = graph.types.get(name)!
  const size = type.shape.reduce((n, each) => n * each, 1)
  const values = Array.from(new RandomStream('00000000000000aa', 'other', index).uniforms(0, size))
  if (type.type === 'int64')
    return new ort.Tensor(
      'int64',
      BigInt64Array.from(values, (v) => BigInt(Math.floor(v * 2))),
      type.shape,
    )
  if (type.type === 'bool')
    return new ort.Tensor(
      'bool',
      Uint8Array.from(values, (v) => Number(v < 0.5)),
      type.shape,
    )
  return new ort.Tensor(
    'float32',
    Float32Array.from(values, (v) => 2 * v - 1),
    type.shape,
  )
}
