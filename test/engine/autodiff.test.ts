import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { gradient } from '../../src/engine/autodiff/gradient.ts'
import type { Graph } from '../../src/engine/onnx/graph.ts'
import { readOnnx } from '../../src/engine/onnx/read/read-onnx.ts'
import { verifyGraph } from '../rig/verify-graph.ts'
import { openSession } from '../../src/engine/runtime/ort-session.ts'
import type { Tensor as RuntimeTensor } from '../../src/engine/runtime/session.ts'
import { interpret } from './autodiff/interpreter/interpreter.ts'
import type { Tensor } from './autodiff/interpreter/tensor.ts'
import { sizeOf } from './autodiff/interpreter/tensor.ts'

// Networks as PyTorch exports them, with gradients PyTorch computed in double precision; made by the script beside them.
const folder = fileURLToPath(new URL('../fixtures/gradients/', import.meta.url))
const names = ['resnet', 'vit', 'bert', 'gpt2', 'llama', 'unet', 'puzzle'] as const

interface Reference {
  readonly inputs: Readonly<Record<string, { readonly shape: number[]; readonly data: number[] }>>
  readonly loss: number
  /** Shape of each parameter's gradient, in the order of the binary file. */
  readonly gradients: Readonly<Record<string, number[]>>
}

async function load(name: string): Promise<{ graph: Graph; feeds: Map<string, Tensor>; reference: Reference }> {
  const model = await readOnnx(`${folder}${name}.onnx`)
  const reference = JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as Reference
  const graph = model.graph()
  const feeds = new Map<string, Tensor>()
  for (const [input, { shape, data }] of Object.entries(reference.inputs))
    feeds.set(input, { type: graph.types.get(input)?.type ?? 'int64', shape, data })
  for (const [parameter, { type, shape, data }] of model.parameters)
    feeds.set(parameter, { type, shape, data: Array.from(data as ArrayLike<number>) })
  return { graph, feeds, reference }
}

/** The reference gradient of each parameter. */
function referenceOf(name: string, { gradients }: Reference): Map<string, readonly number[]> {
  const bytes = readFileSync(`${folder}${name}.bin`)
  const all = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  let start = 0
  return new Map(
    Object.entries(gradients).map(([parameter, shape]) => {
      const values = Array.from(all.subarray(start, (start += sizeOf(shape))))
      return [parameter, values]
    }),
  )
}

/** The largest difference, relative to the largest element of the reference. */
function differenceOf(found: ArrayLike<number>, wanted: readonly number[]): number {
  expect(found.length).toBe(wanted.length)
  const scale = Math.max(...wanted.map(Math.abs))
  return Math.max(...wanted.map((value, i) => Math.abs(value - found[i]!))) / scale
}

describe.each(names)('%s', (name) => {
  // What is left is the rounding of the exported constants (scales, epsilons) to single precision.
  test('gradients in double precision agree with PyTorch’s', async () => {
    const { graph, feeds, reference } = await load(name)
    const wanted = referenceOf(name, reference)
    const made = gradient(graph, 'loss', [...wanted.keys()])
    const results = interpret(made.graph, feeds, ['loss', ...made.gradients])
    expect(results.get('loss')!.data[0]).toBeCloseTo(reference.loss, 6)
    const errors = [...wanted].map(([key, values], i): [string, number] => [
      key,
      differenceOf(results.get(made.gradients[i]!)!.data, values),
    ])
    expect(errors.filter(([, error]) => !(error < 1e-6))).toEqual([])
  })

  test('gradients in onnxruntime agree with PyTorch’s', async () => {
    const { graph, feeds, reference } = await load(name)
    const wanted = referenceOf(name, reference)
    const made = gradient(graph, 'loss', [...wanted.keys()])
    verifyGraph(made.graph)
    const session = await openSession(made.graph, { threads: 1 })
    const given = Object.fromEntries(
      [...feeds].map(([key, { type, shape, data }]): [string, RuntimeTensor] => [
        key,
        {
          type,
          shape,
          data: type === 'int64' ? BigInt64Array.from(data, BigInt) : Float32Array.from(data),
        },
      ]),
    )
    const results = await session.run(given)
    await session.close()
    const errors = [...wanted].map(([key, values], i): [string, number] => [
      key,
      differenceOf(results[made.gradients[i]!]!.data as Float32Array, values),
    ])
    expect(errors.filter(([, error]) => !(error < 1e-4))).toEqual([])
  })
})
