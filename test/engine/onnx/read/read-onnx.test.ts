import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ModelError } from '../../../../src/engine/model/config-fields.ts'
import { parseOnnx } from '../../../../src/engine/onnx/read/read-onnx.ts'
import { differenceFrom } from './beside-onnxruntime.ts'
import type { FileSketch } from './onnx-file.ts'
import { floats, graphOf, int64s, nodeOf, onnxFile } from './onnx-file.ts'

const twice: FileSketch = {
  inputs: { x: [1, ['n', 2]], w: [1, [2, 3]] },
  outputs: { y: [1, ['n', 3]] },
  initializers: [floats('w', [2, 3], [1, 2, 3, 4, 5, 6])],
  nodes: [{ op: 'MatMul', name: 'mm', in: ['x', 'w'] }],
}
const parse = (sketch: FileSketch): ReturnType<typeof parseOnnx> => parseOnnx(onnxFile(sketch), 'm.onnx')
const values = (data: ArrayLike<number | bigint> | undefined): number[] => Array.from(data ?? [], Number)

describe('what a file says of itself', () => {
  const model = parse(twice)
  test('inputs without those that are initializers, parameters, free sizes, version', () => {
    expect(model).toMatchObject({ name: 'g', producer: 'test', opset: 17, dimensions: ['n'], notes: [] })
    expect(model.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['n', 2] }])
    expect([...model.parameters.keys()]).toEqual(['w'])
    expect(values(model.parameters.get('w')?.data)).toEqual([1, 2, 3, 4, 5, 6])
  })
  test('a graph has static shapes, its inputs are the inputs and then the parameters', () => {
    const graph = model.graph({ n: 5 })
    expect(graph.inputs).toEqual(['x', 'w'])
    expect(graph.types.get('y')).toEqual({ type: 'float32', shape: [5, 3] })
  })
  test.each<[Record<string, number>, RegExp]>([
    [{}, /m\.onnx: the size of "n" is needed \(of: n\)/],
    [{ n: 1.5 }, /the dimension "n" cannot be 1\.5/],
    [{ n: 1, nn: 2 }, /there is no dimension "nn"; did you mean "n"\?/],
  ])('sizes %j are refused', (sizes, message) => {
    expect(() => model.graph(sizes)).toThrow(message)
  })
  test('a size without a name goes by input and axis', () => {
    const nameless = parse({ ...twice, inputs: { x: [1, [null, 2]] } })
    expect(nameless.dimensions).toEqual(['x.0'])
    expect(nameless.graph({ 'x.0': 4 }).types.get('y')?.shape).toEqual([4, 3])
  })
  test('settings, scalars, masks and what is named a constant are no parameters', () => {
    const { parameters, constants } = parse({
      inputs: { x: [1, [1, 2, 2, 2]] },
      outputs: { y: [1] },
      initializers: [
        ...['scale', 'shift', 'mean', 'variance'].map((name) => floats(name, [2], [1, 1])),
        floats('mask', [2, 2], [1, 0, 1, 1]),
        floats('/net/Constant_3_output_0', [2], [3, 4]),
        floats('eight', [], [8]),
        int64s('ax', [0]),
      ],
      nodes: [
        { op: 'BatchNormalization', in: ['x', 'scale', 'shift', 'mean', 'variance'], out: ['n'] },
        { op: 'Unsqueeze', in: ['mask', 'ax'], out: ['m1'] },
        { op: 'Cast', in: ['m1'], out: ['m2'], attributes: { to: 9 } },
        { op: 'Where', in: ['m2', 'n', 'eight'], out: ['z'] },
        { op: 'Add', in: ['z', '/net/Constant_3_output_0'] },
      ],
    })
    expect([...parameters.keys()]).toEqual(['scale', 'shift'])
    expect([...constants.keys()]).toContain('mask')
  })
  test.each(['SoftmaxCrossEntropyLoss', 'NegativeLogLikelihoodLoss'])(
    'weights of classes of %s are a setting',
    (op) => {
      const { parameters } = parse({
        inputs: { x: [1, [2, 3]], t: [7, [2]] },
        outputs: { y: [1] },
        initializers: [floats('w', [3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]), floats('classes', [3], [1, 2, 1])],
        nodes: [
          { op: 'MatMul', in: ['x', 'w'], out: ['z'] },
          { op, in: ['z', 't', 'classes'] },
        ],
      })
      expect([...parameters.keys()]).toEqual(['w'])
    },
  )
})

describe('functions of the file', () => {
  const scaled = {
    name: 'Scaled',
    domain: 'own',
    input: ['a', 'b'],
    output: ['o'],
    attribute: ['by'],
    attributeProto: [{ name: 'to', i: 1, type: 2 }],
    opsetImport: [{ domain: '', version: 17 }],
    node: [
      { opType: 'Constant', output: ['k'], attribute: [{ name: 'value_float', refAttrName: 'by', type: 1 }] },
      nodeOf({ op: 'Mul', in: ['a', 'k'], out: ['ak'] }),
      { opType: 'Cast', input: ['ak'], output: ['t'], attribute: [{ name: 'to', refAttrName: 'to', type: 2 }] },
      nodeOf({ op: 'Add', in: ['t', 'b'], out: ['o'] }),
    ],
  }
  const calls: FileSketch = {
    domains: { own: 1 },
    inputs: { x: [1, [3]] },
    outputs: { y: [1] },
    functions: [scaled],
    nodes: [
      { op: 'Scaled', domain: 'own', name: 'first', in: ['x', 'x'], out: ['h'], attributes: { by: { f: 2 } } },
      { op: 'Scaled', domain: 'own', name: 'second', in: ['h', 'x'], attributes: { by: { f: 3 } } },
    ],
  }
  test('are put in the place of their calls', async () => {
    const bytes = onnxFile(calls)
    const { difference, graph } = await differenceFrom(bytes, parseOnnx(bytes, 'f.onnx'))
    expect(difference).toBe(0)
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Mul', 'Cast', 'Add', 'Mul', 'Cast', 'Add'])
    expect(graph.nodes[0]!.outputs).toEqual(['first/ak'])
  })
  test('may hand an input on', () => {
    const same = { name: 'Same', domain: 'own', input: ['a'], output: ['a'], node: [], opsetImport: [{ version: 17 }] }
    const nodes = [{ op: 'Same', domain: 'own', in: ['x'] }]
    const { graph } = parse({ ...calls, functions: [same], nodes })
    expect(graph().nodes).toMatchObject([{ op: 'Identity', inputs: ['x'], outputs: ['y'] }])
  })
  test('that call themselves are refused', () => {
    const loop = { ...scaled, node: [nodeOf({ op: 'Scaled', domain: 'own', in: ['a', 'b'], out: ['o'] })] }
    expect(() => parse({ ...calls, functions: [loop] })).toThrow(/the function Scaled \(node "h"\) calls itself/)
  })
  test('called many times by the same name get names of their own, soon', () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => ({
      op: 'Scaled',
      domain: 'own',
      name: 'same',
      in: [i === 0 ? 'x' : `h${i - 1}`, 'x'],
      out: [i === 19_999 ? 'y' : `h${i}`],
      attributes: { by: { f: 2 } },
    }))
    const { nodes: made } = parse({ ...calls, nodes }).graph()
    expect(new Set(made.map(({ name }) => name)).size).toBe(made.length)
  })
  test('that grow without end are refused', () => {
    const chain = Array.from({ length: 30 }, (_, i) => ({
      name: `F${i}`,
      domain: 'own',
      input: ['a'],
      output: ['o'],
      node: ['o', 'p', 'q'].map((out) =>
        nodeOf({ op: i === 29 ? 'Relu' : `F${i + 1}`, domain: i === 29 ? '' : 'own', in: ['a'], out: [out] }),
      ),
    }))
    expect(() => parse({ ...calls, functions: chain, nodes: [{ op: 'F0', domain: 'own', in: ['x'] }] })).toThrow(
      /larger than 100000 nodes/,
    )
  })
})

describe('graphs within graphs', () => {
  const body = (op: string): object => ({
    g: graphOf({ outputs: { r: [1] }, nodes: [{ op, in: ['h'], out: ['r'] }] }),
  })
  const branches: FileSketch = {
    inputs: { x: [1, [4]], c: [9, []] },
    outputs: { y: [1] },
    nodes: [
      { op: 'Neg', in: ['x'], out: ['h'] },
      { op: 'If', name: 'choice', in: ['c'], attributes: { then_branch: body('Exp'), else_branch: body('Relu') } },
    ],
  }
  test('an If runs, and depends on what its branches read', async () => {
    const bytes = onnxFile(branches)
    const { difference, graph } = await differenceFrom(bytes, parseOnnx(bytes, 'if.onnx'))
    expect(difference).toBe(0)
    expect(graph.nodes[1]).toMatchObject({ op: 'If', captures: ['h'] })
    expect(graph.types.has('y')).toBe(false)
  })
  test('an If whose condition is known is its branch', async () => {
    const known = { name: 'c', dims: [], dataType: 9, int32Data: [0] }
    const bytes = onnxFile({ ...branches, inputs: { x: [1, [4]] }, initializers: [known] })
    const { difference, graph } = await differenceFrom(bytes, parseOnnx(bytes, 'if.onnx'))
    expect(difference).toBe(0)
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Neg', 'Relu', 'Identity'])
  })
  test('a Loop runs, its body in modern form', async () => {
    const inside = graphOf({
      inputs: { i: [7, []], go: [9, []], s: [1, [4]] },
      outputs: { go2: [9], s2: [1] },
      initializers: [],
      nodes: [
        { op: 'Identity', in: ['go'], out: ['go2'] },
        { op: 'Constant', out: ['half'], attributes: { value: { t: floats('', [], [0.5]) } } },
        { op: 'Unsqueeze', in: ['s'], out: ['u'], attributes: { axes: [0] } },
        { op: 'Softmax', in: ['u'], out: ['p'] },
        { op: 'Squeeze', in: ['p'], out: ['q'], attributes: { axes: [0] } },
        { op: 'Mul', in: ['q', 'half'], out: ['r'] },
        { op: 'Sum', in: ['r', 'x', 's'], out: ['s2'] },
      ],
    })
    const bytes = onnxFile({
      opset: 11,
      inputs: { x: [1, [4]] },
      outputs: { y: [1] },
      initializers: [int64s('three', [3], []), { name: 'yes', dims: [], dataType: 9, int32Data: [1] }],
      nodes: [{ op: 'Loop', in: ['three', 'yes', 'x'], attributes: { body: { g: inside } } }],
    })
    const { difference, graph } = await differenceFrom(bytes, parseOnnx(bytes, 'loop.onnx'))
    expect(difference).toBeLessThanOrEqual(1e-6) // Sum of three at once, and two by two
    expect(graph.nodes[0]?.captures).toEqual(['x'])
  })
})

test('operators of other domains run and carry their domain', async () => {
  const bytes = onnxFile({
    domains: { 'com.microsoft': 1 },
    inputs: { x: [1, [4]] },
    outputs: { y: [1] },
    valueInfo: { h: [1, [4]] },
    nodes: [
      { op: 'FastGelu', domain: 'com.microsoft', in: ['x'], out: ['h'] },
      { op: 'Neg', in: ['h'] },
    ],
  })
  const model = parseOnnx(bytes, 'ms.onnx')
  const { difference, graph } = await differenceFrom(bytes, model)
  expect(difference).toBe(0)
  expect(model.domains).toEqual(new Map([['com.microsoft', 1]]))
  expect(graph.nodes[0]?.op).toBe('com.microsoft.FastGelu')
  expect(graph.types.get('y')).toEqual({ type: 'float32', shape: [4] }) // by the file's word on h
})

test('a graph in half precision is one in float32', () => {
  const model = parse({
    inputs: { x: [10, [2]] },
    outputs: { y: [16] },
    initializers: [{ name: 'w', dims: [2], dataType: 10, int32Data: [0x3c00, 0x4000] }],
    nodes: [
      { op: 'Mul', in: ['x', 'w'], out: ['h'] },
      { op: 'Cast', in: ['h'], attributes: { to: 16 } },
    ],
  })
  const graph = model.graph()
  expect([...graph.types.values()].map(({ type }) => type)).toEqual(Array(4).fill('float32'))
  expect(graph.nodes[1]?.attributes).toEqual({ to: { int: 1 } })
  expect(model.notes).toHaveLength(2)
})

test('nodes out of order are put in order', () => {
  const model = parse({
    inputs: { x: [1, [2]] },
    outputs: { y: [1] },
    nodes: [
      { op: 'Neg', in: ['h'] },
      { op: 'Relu', in: ['x'], out: ['h'] },
    ],
  })
  expect(model.graph().nodes.map(({ op }) => op)).toEqual(['Relu', 'Neg'])
})

test.each<[string, FileSketch, RegExp]>([
  ['an operator set too old', { opset: 6 }, /written in operator set 6; 7 to 21 can be read/],
  ['one too new', { opset: 40 }, /written in operator set 40/],
  [
    'a value from nowhere',
    { ...twice, nodes: [{ op: 'MatMul', name: 'mm', in: ['x', 'gone'] }] },
    /node "mm" \(MatMul\) reads "gone", which nothing before it makes/,
  ],
  [
    'two of one name',
    {
      ...twice,
      nodes: [
        { op: 'Neg', in: ['x'] },
        { op: 'Abs', in: ['x'] },
      ],
    },
    /node "y" \(Abs\) makes the value "y", which is made before/,
  ],
  [
    'a cycle',
    {
      ...twice,
      nodes: [
        { op: 'Neg', in: ['h'] },
        { op: 'Abs', in: ['y'], out: ['h'] },
      ],
    },
    /the graph has a cycle/,
  ],
  ['an output nobody makes', { ...twice, nodes: [] }, /nothing makes the output "y"/],
  ['a text input', { ...twice, inputs: { x: [8, ['n', 2]] } }, /the input "x" is a tensor of string/],
  ['an input of any rank', { ...twice, inputs: { x: [1] } }, /the input "x" does not say how many axes/],
  ['a node without an operator', { ...twice, nodes: [{ op: '', in: ['x'] }] }, /node "y" has no operator/],
  [
    'an attribute twice',
    {
      ...twice,
      graph: {
        node: [
          {
            opType: 'Neg',
            input: ['x'],
            output: ['y'],
            attribute: [
              { name: 'a', i: 1, type: 2 },
              { name: 'a', i: 1, type: 2 },
            ],
          },
        ],
      },
    },
    /attribute "a" is given twice/,
  ],
  [
    'an initializer twice',
    { ...twice, initializers: [floats('w', [1], [1]), floats('w', [1], [1])] },
    /two initializers are "w"/,
  ],
])('%s is refused by name', (_, sketch, message) => {
  expect(() => parse(sketch)).toThrow(ModelError)
  expect(() => parse(sketch)).toThrow(message)
})

const real = new URL('../../../../../shared/real/', import.meta.url)
describe.skipIf(!existsSync(real))('real files, from ../shared/real', () => {
  test.each<[string, Record<string, number>, number]>([
    ['mnist_onnx/mnist-8.onnx', {}, 1e-5],
    ['modadd_grok_checkpoints/36000.onnx', { batch: 7 }, 1e-5],
    ['apollo_rib_modadd/seed0/model_epoch_60000.onnx', { batch: 3, seq: 3 }, 1e-4],
    ['llmviz_gpt_nano_sort/gpt-nano-sort.onnx', { batch: 2, seq: 11 }, 1e-5],
    ['gpt2_tiny_onnx/gpt2_past.onnx', { batch_size: 2, seq_len: 4 }, 1e-6],
  ])('%s at %j computes what the file does', async (file, sizes, tolerance) => {
    const bytes = readFileSync(new URL(file, real))
    const { difference, graph } = await differenceFrom(bytes, parseOnnx(bytes, file), sizes)
    expect(difference).toBeLessThanOrEqual(tolerance)
    for (const { op, outputs } of graph.nodes) {
      expect(['Shape', 'Constant', 'ConstantOfShape']).not.toContain(op)
      for (const y of outputs) expect(graph.types.has(y)).toBe(true)
    }
  })
})
