import protobuf from 'protobufjs'
import type { Attribute, ConstantTensor, ElementType, Graph, ValueType } from './graph.ts'

/** Field numbers of the messages of onnx.proto3 (IR version 9) that a graph needs. https://github.com/onnx/onnx */
const schema = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { id: 1, type: 'int64' },
        producerName: { id: 2, type: 'string' },
        graph: { id: 7, type: 'GraphProto' },
        opsetImport: { id: 8, type: 'OperatorSetIdProto', rule: 'repeated' },
      },
    },
    OperatorSetIdProto: { fields: { domain: { id: 1, type: 'string' }, version: { id: 2, type: 'int64' } } },
    GraphProto: {
      fields: {
        node: { id: 1, type: 'NodeProto', rule: 'repeated' },
        name: { id: 2, type: 'string' },
        initializer: { id: 5, type: 'TensorProto', rule: 'repeated' },
        input: { id: 11, type: 'ValueInfoProto', rule: 'repeated' },
        output: { id: 12, type: 'ValueInfoProto', rule: 'repeated' },
      },
    },
    NodeProto: {
      fields: {
        input: { id: 1, type: 'string', rule: 'repeated' },
        output: { id: 2, type: 'string', rule: 'repeated' },
        name: { id: 3, type: 'string' },
        opType: { id: 4, type: 'string' },
        attribute: { id: 5, type: 'AttributeProto', rule: 'repeated' },
        domain: { id: 7, type: 'string' },
      },
    },
    AttributeProto: {
      fields: {
        name: { id: 1, type: 'string' },
        f: { id: 2, type: 'float' },
        i: { id: 3, type: 'int64' },
        s: { id: 4, type: 'bytes' },
        ints: { id: 8, type: 'int64', rule: 'repeated' },
        type: { id: 20, type: 'int32' },
      },
    },
    TensorProto: {
      fields: {
        dims: { id: 1, type: 'int64', rule: 'repeated' },
        dataType: { id: 2, type: 'int32' },
        name: { id: 8, type: 'string' },
        rawData: { id: 9, type: 'bytes' },
      },
    },
    ValueInfoProto: { fields: { name: { id: 1, type: 'string' }, type: { id: 2, type: 'TypeProto' } } },
    TypeProto: { fields: { tensorType: { id: 1, type: 'TensorTypeProto' } } },
    TensorTypeProto: { fields: { elemType: { id: 1, type: 'int32' }, shape: { id: 2, type: 'TensorShapeProto' } } },
    TensorShapeProto: { fields: { dim: { id: 1, type: 'DimensionProto', rule: 'repeated' } } },
    DimensionProto: { fields: { dimValue: { id: 1, type: 'int64' } } },
  },
})
const Model = schema.lookupType('ModelProto')

/** TensorProto.DataType. */
export const elementCode: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
}

/** The graph as the bytes of an `.onnx` file (ModelProto). */
export function encodeModel(graph: Graph): Uint8Array {
  const model = {
    irVersion: 9,
    producerName: 'assay',
    opsetImport: [{ domain: '', version: graph.opset }],
    graph: {
      name: graph.name,
      node: graph.nodes.map((node) => ({
        name: node.name,
        opType: node.op,
        input: node.inputs,
        output: node.outputs,
        attribute: Object.entries(node.attributes).map(([name, attribute]) => ({
          name,
          ...encodeAttribute(attribute),
        })),
      })),
      initializer: [...graph.constants].map(([name, tensor]) => encodeTensor(name, tensor)),
      input: graph.inputs.map((name) => encodeValue(name, graph.types.get(name)!)),
      output: graph.outputs.map((name) => encodeValue(name, graph.types.get(name)!)),
    },
  }
  return Model.encode(Model.fromObject(model)).finish()
}

function encodeAttribute(attribute: Attribute): object {
  if ('int' in attribute) return { i: attribute.int, type: 2 }
  if ('float' in attribute) return { f: attribute.float, type: 1 }
  if ('ints' in attribute) return { ints: attribute.ints, type: 7 }
  return { s: new TextEncoder().encode(attribute.string), type: 3 }
}

function encodeTensor(name: string, { type, shape, data }: ConstantTensor): object {
  return {
    name,
    dims: shape,
    dataType: elementCode[type],
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }
}

const encodeValue = (name: string, { type, shape }: ValueType): object => ({
  name,
  type: { tensorType: { elemType: elementCode[type], shape: { dim: shape.map((size) => ({ dimValue: size })) } } },
})
