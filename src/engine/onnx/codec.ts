import type {
  Attribute,
  BodyInput,
  ConstantTensor,
  ElementType,
  Graph,
  GraphNode,
  Subgraph,
  ValueType,
} from './graph.ts'
import { modelMessage } from './schema.ts'

/** TensorProto.DataType. */
export const elementCode: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
}

/** The graph as the bytes of an `.onnx` file (ModelProto). */
export function encodeModel(graph: Graph): Uint8Array {
  const domains = [...(graph.domains ?? [])].map(([domain, version]) => ({ domain, version }))
  const model = {
    irVersion: 9,
    producerName: 'assay',
    opsetImport: [{ domain: '', version: graph.opset }, ...domains],
    graph: {
      ...encodeBody(graph),
      input: graph.inputs.map((name) => encodeValue(name, graph.types.get(name))),
      output: graph.outputs.map((name) => encodeValue(name, graph.types.get(name))),
    },
  }
  return modelMessage.encode(modelMessage.fromObject(model)).finish()
}

const encodeBody = ({ name, nodes, constants }: Pick<Graph, 'name' | 'nodes' | 'constants'>): object => ({
  name,
  node: nodes.map(encodeNode),
  initializer: [...constants].map(([constant, tensor]) => encodeTensor(constant, tensor)),
})

function encodeNode({ name, op, inputs, outputs, attributes }: GraphNode): object {
  const dot = op.lastIndexOf('.')
  return {
    name,
    opType: op.slice(dot + 1),
    ...(dot === -1 ? {} : { domain: op.slice(0, dot) }),
    input: inputs,
    output: outputs,
    attribute: Object.entries(attributes).map(([key, attribute]) => ({ name: key, ...encodeAttribute(attribute) })),
  }
}

/** The field and the number of its kind (AttributeProto.AttributeType). */
function encodeAttribute(attribute: Attribute): object {
  const utf8 = new TextEncoder()
  if ('int' in attribute) return { i: attribute.int, type: 2 }
  if ('float' in attribute) return { f: attribute.float, type: 1 }
  if ('ints' in attribute) return { ints: attribute.ints, type: 7 }
  if ('floats' in attribute) return { floats: attribute.floats, type: 6 }
  if ('strings' in attribute) return { strings: attribute.strings.map((each) => utf8.encode(each)), type: 8 }
  if ('tensor' in attribute) return { t: encodeTensor('', attribute.tensor), type: 4 }
  if ('graph' in attribute) return { g: encodeSubgraph(attribute.graph), type: 5 }
  return { s: utf8.encode(attribute.string), type: 3 }
}

const encodeSubgraph = (graph: Subgraph): object => ({
  ...encodeBody(graph),
  input: graph.inputs.map(encodeBodyInput),
  output: graph.outputs.map((name) => ({ name })),
})

function encodeBodyInput({ name, type, shape }: BodyInput): object {
  const dim = shape?.map((size) =>
    typeof size === 'number' ? { dimValue: size } : size === null ? {} : { dimParam: size },
  )
  return { name, type: { tensorType: { elemType: elementCode[type], ...(dim && { shape: { dim } }) } } }
}

function encodeTensor(name: string, { type, shape, data }: ConstantTensor): object {
  return {
    name,
    dims: shape,
    dataType: elementCode[type],
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }
}

/** A value whose type is not known goes without one: the runtime infers it. */
const encodeValue = (name: string, known: ValueType | undefined): object =>
  known === undefined
    ? { name }
    : {
        name,
        type: {
          tensorType: {
            elemType: elementCode[known.type],
            shape: { dim: known.shape.map((size) => ({ dimValue: size })) },
          },
        },
      }
