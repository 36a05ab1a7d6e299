import { modelMessage } from '../../src/engine/onnx/schema.ts'
import type { FileSketch } from '../engine/onnx/read/onnx-file.ts'
import { floats, graphOf, int64s, nodeOf, onnxFile } from '../engine/onnx/read/onnx-file.ts'
import type { Seeded } from './seeded.ts'

const branch = (op: string): object => ({ g: graphOf({ outputs: { r: [1] }, nodes: [{ op, in: ['x'], out: ['r'] }] }) })

/** Small files that are right, with something of everything the reader knows. */
const sketches: readonly FileSketch[] = [
  {
    opset: 8,
    inputs: { x: [1, [1, 2, 6, 6]], w: [1, [3, 2, 3, 3]] },
    outputs: { y: [1, [1, 5]] },
    initializers: [
      floats('w', [3, 2, 3, 3], Array(54).fill(0.1)),
      { name: 'v', dims: [27, 5], dataType: 10, int32Data: Array(135).fill(0x3c00) },
      int64s('to', [1, -1]),
    ],
    nodes: [
      { op: 'Conv', in: ['x', 'w'], out: ['a'], attributes: { auto_pad: 'SAME_UPPER', kernel_shape: [3, 3] } },
      { op: 'Relu', in: ['a'], out: ['b'] },
      { op: 'MaxPool', in: ['b'], out: ['c'], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
      { op: 'Reshape', in: ['c', 'to'], out: ['d'] },
      { op: 'MatMul', in: ['d', 'v'], out: ['e'] },
      { op: 'Softmax', in: ['e'], attributes: { axis: 1 } },
    ],
  },
  {
    opset: 11,
    inputs: { x: [7, ['batch', 'length']] },
    outputs: { y: [1, ['batch', 'length', 4]] },
    initializers: [floats('e', [7, 4], Array(28).fill(0.5)), floats('s', [4], [1, 1, 1, 1]), int64s('k', [1], [])],
    nodes: [
      { op: 'Gather', in: ['e', 'x'], out: ['h'] },
      { op: 'Shape', in: ['x'], out: ['shape'] },
      { op: 'Gather', in: ['shape', 'k'], out: ['l'] },
      { op: 'Constant', out: ['zero'], attributes: { value: { t: int64s('', [0], []) } } },
      { op: 'Range', in: ['zero', 'l', 'k'], out: ['at'] },
      { op: 'Gather', in: ['e', 'at'], out: ['p'] },
      { op: 'Add', in: ['h', 'p'], out: ['i'] },
      { op: 'ReduceMean', in: ['i'], out: ['m'], attributes: { axes: [-1] } },
      { op: 'Sub', in: ['i', 'm'], out: ['c'] },
      { op: 'Split', in: ['c'], out: ['c1', 'c2'], attributes: { axis: 2, split: [1, 3] } },
      { op: 'Concat', in: ['c1', 'c2'], out: ['d'], attributes: { axis: -1 } },
      { op: 'Unsqueeze', in: ['l'], out: ['l1'], attributes: { axes: [0] } },
      { op: 'Concat', in: ['l1', 'l1'], out: ['square'], attributes: { axis: 0 } },
      { op: 'ConstantOfShape', in: ['square'], out: ['ones'], attributes: { value: { t: floats('', [1], [1]) } } },
      { op: 'MatMul', in: ['ones', 'd'], out: ['f'] },
      { op: 'Mul', in: ['f', 's'] },
    ],
  },
  {
    opset: 18,
    domains: { own: 1, 'com.microsoft': 1 },
    inputs: { x: [1, [2, 3]], c: [9, []] },
    outputs: { y: [1] },
    valueInfo: { g: [1, [2, 3]] },
    functions: [
      {
        name: 'F',
        domain: 'own',
        input: ['a'],
        output: ['b'],
        attribute: ['alpha'],
        node: [
          {
            ...nodeOf({ op: 'LeakyRelu', in: ['a'], out: ['b'] }),
            attribute: [{ name: 'alpha', refAttrName: 'alpha', type: 1 }],
          },
        ],
        opsetImport: [{ domain: '', version: 18 }],
      },
    ],
    nodes: [
      { op: 'F', domain: 'own', in: ['x'], out: ['f'], attributes: { alpha: { f: 0.1 } } },
      { op: 'FastGelu', domain: 'com.microsoft', in: ['f'], out: ['g'] },
      { op: 'If', in: ['c'], out: ['h'], attributes: { then_branch: branch('Exp'), else_branch: branch('Neg') } },
      { op: 'Sum', in: ['g', 'h', 'x'], out: ['i'] },
      { op: 'Slice', in: ['i', 's', 'e'], out: ['j'] },
      { op: 'Pad', in: ['j', 'p'], out: ['k'] },
      { op: 'Einsum', in: ['k', 'x'], attributes: { equation: 'ij,ik->jk' } },
    ],
    initializers: [int64s('s', [0]), int64s('e', [9]), int64s('p', [0, 1, 0, 1])],
  },
]
const files = sketches.map(onnxFile)

/** A file as it should be. */
export const wholeOnnx = (random: Seeded): Uint8Array => random.pick(files)

type Tree = Record<string, unknown>
const numbers = [0, 1, -1, 2, 3, 7, 64, 255, 65_537, 2 ** 31 - 1, -(2 ** 31)]
const large = [2 ** 31, 2 ** 40, 2 ** 53 - 1, -(2 ** 53) + 1]
const operators =
  'Relu Add Gemm Slice Squeeze Unsqueeze Pad Tile Expand Reshape Concat Split Transpose Resize Upsample TopK Clip Loop Range ' +
  'Constant ConstantOfShape ReduceSum BatchNormalization GroupNormalization Where Cast NonZero OneHot ScatterND Conv ' +
  'ConvTranspose AveragePool Einsum Gather GatherND Flatten DepthToSpace LayerNormalization Dropout Mean Max Softmax LRN Trilu'

/** A file whose messages were changed one by one, then written as protobuf that is right as such. */
export function damagedOnnx(random: Seeded): Uint8Array {
  const message = modelMessage.toObject(modelMessage.decode(random.pick(files)), {
    longs: Number,
    bytes: Array,
  })
  for (let times = 1 + random.below(3); times > 0; times--) damage(message, random)
  return modelMessage.encode(modelMessage.fromObject(message)).finish()
}

function damage(message: Tree, random: Seeded): void {
  const trees: Tree[] = []
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect)
    else if (typeof value === 'object' && value !== null) {
      trees.push(value as Tree)
      Object.values(value).forEach(collect)
    }
  }
  collect(message)
  const names = trees
    .flatMap(({ output, name }) => [...((output as unknown[] | undefined) ?? []), name])
    .filter((each) => typeof each === 'string')
  const tree = random.pick(trees)
  const keys = Object.keys(tree)
  if (keys.length === 0) return
  const key = random.pick(keys)
  tree[key] = changed(tree[key], { key, names, random })
  if (tree[key] === undefined) Reflect.deleteProperty(tree, key)
}

interface Change {
  readonly key: string
  readonly names: readonly string[]
  readonly random: Seeded
}
function changed(value: unknown, change: Change): unknown {
  const { key, names, random } = change
  if (random.below(12) === 0) return undefined
  if (typeof value === 'number') {
    if (key === 'elemType' || key === 'dataType' || key === 'type' || key === 'dataLocation') return random.below(24)
    return random.below(4) === 0 && key !== 'f' ? random.pick(large) : random.pick(numbers)
  }
  if (typeof value === 'string') {
    if (key === 'opType') return random.pick(operators.split(' '))
    return random.pick([...names, '', 'x', value, `${value}!`])
  }
  if (!Array.isArray(value)) return value
  return changedList(value as readonly unknown[], change)
}

function changedList(value: readonly unknown[], change: Change): unknown {
  const { random } = change
  const at = random.below(Math.max(1, value.length))
  const kind = random.below(4)
  if (kind === 0) return value.toSpliced(at, 1)
  if (kind === 1) return [...value.slice(0, at + 1), ...value.slice(at)]
  if (kind === 2) return value.toReversed()
  return value.map((each, i) => (i === at ? (changed(each, change) ?? each) : each))
}
