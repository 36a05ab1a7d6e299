import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { floats, onnxFile } from '../../engine/onnx/read/onnx-file.ts'
import type { CliResult } from '../../rig/fake-host.ts'
import { runInProcess } from '../../rig/fake-host.ts'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'assay-'))
  const bytes = onnxFile({
    inputs: { x: [1, ['n', 2]] },
    outputs: { y: [1, ['n', 2]] },
    initializers: [floats('w', [2, 2], [1, 2, 3, 4]), floats('v', [2], [1, 2])],
    nodes: [
      { op: 'MatMul', name: 'first', in: ['x', 'w'], out: ['h'] },
      { op: 'LSTMish', name: 'odd', in: ['h'], out: ['z'] },
      { op: 'Add', name: 'last', in: ['z', 'v'] },
    ],
    valueInfo: { z: [1, ['n', 2]] },
  })
  await writeFile(join(cwd, 'm.onnx'), bytes)
  await writeFile(join(cwd, 'cut.onnx'), bytes.subarray(0, 60))
})
const inspect = (...args: string[]): Promise<CliResult> => runInProcess(['model', 'inspect', ...args], { cwd })

it('prints a page', async () => {
  const { code, stdout } = await inspect('m.onnx', '--size', 'n=3')
  expect(code ?? 0).toBe(0)
  expect(stdout).toBe(`m.onnx: ONNX, operator set 17, written by test

Inputs
  x  float32 [n, 2]

Outputs
  y  float32 [n, 2]

Parameters: 2 tensors, 6 numbers
  w  float32 [2, 2]
  v  float32 [2]

Operators: 3 nodes (at n = 3)
  Add      1  gradient
  LSTMish  1  no gradient: the engine does not know this operator
  MatMul   1  gradient

Values to hook: 3
  h  float32 [3, 2]
  z  float32 [3, 2]
  y  float32 [3, 2]

Gradients
  from the outputs to 1 parameter: exact, every operator on the way has a rule
  not to 1 parameter: w
    node "odd" (LSTMish): the engine does not know this operator
`)
})
it('names in a file cannot move the cursor or recolour the terminal', async () => {
  const red = '\x1b[31mred'
  const file = onnxFile({
    inputs: { x: [1, [2]] },
    outputs: { [red]: [1] },
    nodes: [{ op: 'Relu', in: ['x'], out: [red] }],
  })
  await writeFile(join(cwd, 'red.onnx'), file)
  expect((await inspect('red.onnx')).stdout).toContain('\\x1b[31mred  float32 [2]')
  expect((await inspect('red.onnx', '--graph')).stdout).not.toContain('\x1b')
})
it('prints the graph, a line a node', async () => {
  expect((await inspect('m.onnx', '--graph')).stdout).toBe(`graph "g" (operator set 20)
  input x: float32 [2, 2]
  input w: float32 [2, 2]
  input v: float32 [2]
  h: float32 [2, 2] = MatMul(x, w)
  z: float32 [2, 2] = LSTMish(h)
  y: float32 [2, 2] = Add(z, v)
  output y
`)
})
it('writes everything as JSON', async () => {
  const { stdout } = await inspect('m.onnx', '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    path: 'm.onnx',
    form: 'onnx',
    sizes: { n: 2 },
    parameters: [{ name: 'w', elements: 4, notFinite: 0 }, { name: 'v' }],
    graph: { obstacles: [{ node: 'odd', parameters: ['w'] }], differentiable: ['v'] },
  })
})
it.each<[string[], RegExp]>([
  [['cut.onnx'], /error: .*cut\.onnx: is cut off or no ONNX file \(at byte \d+: /],
  [['none.onnx'], /error: .*none\.onnx: cannot be read/],
  [['m.onnx', '--size', 'n'], /--size n is not name=number/],
  [['m.onnx', '--size', 'm=2'], /there is no dimension "m"/],
])('%j is one error', async (args, message) => {
  const { code, stderr, stdout } = await inspect(...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(message)
})
