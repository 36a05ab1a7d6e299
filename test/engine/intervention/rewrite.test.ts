import { describe, expect, it } from 'vitest'
import { HookError } from '../../../src/engine/intervention/hook.ts'
import { editInputs, expose, rewrite } from '../../../src/engine/intervention/rewrite.ts'
import { GraphBuilder } from '../../../src/engine/onnx/builder.ts'
import { openSession } from '../../../src/engine/runtime/ort-session.ts'
import type { Tensor } from '../../../src/engine/runtime/session.ts'

/** y = (2x + 1)² with the value 2x + 1 named, and z = 3 · (2x + 1), another that reads it. */
function square() {
  const g = new GraphBuilder('square')
  const x = g.input('x', 'float32', [3])
  const h = g.add('Add', [g.add('Mul', [x, g.scalar(2, x)]), g.scalar(1, x)], { as: 'h' })
  return g.build([g.add('Mul', [h, h], { as: 'y' }), g.add('Mul', [h, g.scalar(3, h)], { as: 'z' })])
}
const floats = (...values: number[]): Tensor => ({ type: 'float32', shape: [3], data: Float32Array.from(values) })
const bits = (...values: number[]): Tensor => ({ type: 'bool', shape: [3], data: Uint8Array.from(values) })

async function run(graph: ReturnType<typeof square>, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const session = await openSession(graph, { threads: 1 })
  const results = await session.run({ x: floats(1, 2, 3), ...feeds })
  await session.close()
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]))
}

describe('rewrite', () => {
  it('replaces where the mask says, and every later reader sees it', async () => {
    const graph = rewrite(square(), [{ value: 'h', kind: 'replace' }])
    expect(await run(graph, { 'h.source': floats(10, 10, 10), 'h.mask': bits(0, 1, 0) })).toEqual({
      y: [9, 100, 49],
      z: [9, 30, 21],
    })
  })
  it('adds and scales', async () => {
    const graph = rewrite(square(), [
      { value: 'h', kind: 'scale' },
      { value: 'z', kind: 'add' },
    ])
    expect(await run(graph, { 'h.scale': floats(0, 1, 2), 'z.add': floats(1, 1, 1) })).toEqual({
      y: [0, 25, 196],
      z: [1, 16, 43],
    })
  })
  it('applies several edits of one value in order, the last seeing the first', async () => {
    const graph = rewrite(square(), [
      { value: 'h', kind: 'add' },
      { value: 'h', kind: 'scale' },
    ])
    const { y } = await run(graph, { 'h.add': floats(1, 1, 1), 'h.scale': floats(2, 2, 2) })
    expect(y).toEqual([64, 144, 256])
  })
  it('gives the edited value where it is read', async () => {
    const graph = expose(rewrite(square(), [{ value: 'h', kind: 'add' }]), ['h'])
    expect((await run(graph, { 'h.add': floats(1, 2, 3) }))['h']).toEqual([4, 7, 10])
  })
  it('leaves the graph that it was given alone', async () => {
    const graph = square()
    rewrite(graph, [{ value: 'h', kind: 'replace' }])
    expect((await run(graph, {}))['y']).toEqual([9, 25, 49])
  })
  it('says which value cannot be edited or read, and why', () => {
    expect(() => rewrite(square(), [{ value: 'nowhere', kind: 'add' }])).toThrow(/"nowhere", which is made by no node/)
    expect(() => rewrite(square(), [{ value: 'x', kind: 'add' }])).toThrow(/"x", which is an input of the graph/)
    expect(() => expose(square(), ['nowhere'])).toThrow(HookError)
  })
  it('names the inputs that an edit adds', () => {
    expect(editInputs({ value: 'h', kind: 'replace' })).toEqual({ source: 'h.source', mask: 'h.mask' })
    expect(editInputs({ value: 'h', kind: 'scale' })).toEqual({ source: 'h.scale' })
  })
})
