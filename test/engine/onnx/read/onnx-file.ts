import { modelMessage } from '../../../../src/engine/onnx/schema.ts'

/** What a test says of a file; what it leaves out, a small file leaves out too. */
export interface FileSketch {
  readonly opset?: number
  readonly domains?: Readonly<Record<string, number>>
  readonly inputs?: Readonly<Record<string, ValueSketch>>
  readonly outputs?: Readonly<Record<string, ValueSketch>>
  readonly initializers?: readonly object[]
  readonly nodes?: readonly NodeSketch[]
  readonly functions?: readonly object[]
  readonly valueInfo?: Readonly<Record<string, ValueSketch>>
  readonly graph?: object
}
/** Element type by its number, and sizes: numbers, names, or `null`. */
export type ValueSketch = readonly [type: number, shape?: readonly (number | string | null)[]]
export interface NodeSketch {
  readonly op: string
  readonly domain?: string
  readonly name?: string
  readonly in?: readonly string[]
  readonly out?: readonly string[]
  readonly attributes?: Readonly<Record<string, AttributeSketch>>
}
/** A number in a list of one field's name, such as `{ f: 1 }`; plain numbers and lists are integers. */
export type AttributeSketch = number | readonly number[] | string | object

/** The bytes of an `.onnx` file. */
export function onnxFile(sketch: FileSketch): Uint8Array {
  const imports = { '': sketch.opset ?? 17, ...sketch.domains }
  const message = {
    irVersion: 8,
    producerName: 'test',
    opsetImport: Object.entries(imports).map(([domain, version]) => ({ domain, version })),
    functions: sketch.functions ?? [],
    graph: { ...graphOf(sketch), ...sketch.graph },
  }
  return modelMessage.encode(modelMessage.fromObject(message)).finish()
}

export const graphOf = ({
  inputs = {},
  outputs = {},
  initializers = [],
  nodes = [],
  valueInfo = {},
}: FileSketch): object => ({
  name: 'g',
  input: Object.entries(inputs).map(valueOf),
  output: Object.entries(outputs).map(valueOf),
  valueInfo: Object.entries(valueInfo).map(valueOf),
  initializer: initializers,
  node: nodes.map(nodeOf),
})

export const nodeOf = ({
  op,
  domain = '',
  name = '',
  in: input = [],
  out = ['y'],
  attributes = {},
}: NodeSketch): object => ({
  opType: op,
  domain,
  name,
  input,
  output: out,
  attribute: Object.entries(attributes).map(([key, value]) => ({ name: key, ...attributeOf(value) })),
})

function attributeOf(value: AttributeSketch): object {
  if (typeof value === 'number') return { i: value, type: 2 }
  if (typeof value === 'string') return { s: new TextEncoder().encode(value), type: 3 }
  if (isList(value)) return { ints: value, type: 7 }
  const types: Readonly<Record<string, number>> = { f: 1, i: 2, s: 3, t: 4, g: 5, floats: 6, ints: 7, strings: 8 }
  return { type: types[Object.keys(value)[0] ?? ''] ?? 0, ...value }
}

const isList = (value: object): value is readonly number[] => Array.isArray(value)

const valueOf = ([name, [elemType, shape]]: [string, ValueSketch]): object => ({
  name,
  type: {
    tensorType: {
      elemType,
      ...(shape && {
        shape: {
          dim: shape.map((size) =>
            typeof size === 'number' ? { dimValue: size } : size === null ? {} : { dimParam: size },
          ),
        },
      }),
    },
  },
})

const rawOf = (data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

export const floats = (name: string, dims: readonly number[], values: readonly number[]): object => ({
  name,
  dims,
  dataType: 1,
  rawData: rawOf(Float32Array.from(values)),
})
export const doubles = (name: string, dims: readonly number[], values: readonly number[]): object => ({
  name,
  dims,
  dataType: 11,
  rawData: rawOf(Float64Array.from(values)),
})
export const int64s = (name: string, values: readonly number[], dims: readonly number[] = [values.length]): object => ({
  name,
  dims,
  dataType: 7,
  rawData: rawOf(BigInt64Array.from(values, BigInt)),
})
