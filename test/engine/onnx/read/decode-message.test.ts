import { expect, test } from 'vitest'
import { decodeModelMessage, ProtobufError } from '../../../../src/engine/onnx/read/decode-message.ts'
import { modelMessage } from '../../../../src/engine/onnx/schema.ts'
import { floats, int64s, onnxFile } from './onnx-file.ts'

const bytes = (...parts: (number | readonly number[])[]): Uint8Array => Uint8Array.from(parts.flat())

test('what protobufjs writes is read, numbers up to 64 bits', () => {
  const file = onnxFile({
    inputs: { x: [1, ['n', 2]] },
    initializers: [floats('w', [1], [2]), { name: 'i', dataType: 7, int64Data: [-1, '9223372036854775807'] }],
    nodes: [{ op: 'Slice', in: ['x'], attributes: { a: { f: 0.5 }, b: [1, -2], c: 'text' } }],
  })
  const { graph, opsetImport, irVersion } = decodeModelMessage(file)
  expect(irVersion).toBe(8)
  expect(opsetImport).toEqual([{ version: 17 }]) // an empty text is left out
  expect(graph?.input[0]?.type?.tensorType?.shape?.dim).toEqual([{ dimParam: 'n' }, { dimValue: 2 }])
  expect(graph?.initializer[1]?.int64Data).toEqual([-1, 9223372036854775807n])
  expect(graph?.node[0]?.attribute.map(({ f, ints, s }) => [f, ints, s && Buffer.from(s).toString()])).toEqual([
    [0.5, [], undefined],
    [undefined, [1, -2], undefined],
    [undefined, [], 'text'],
  ])
})

test('lists are read packed and one by one', () => {
  // TensorProto.dims (field 1): packed [2, 3], then 4 alone. ModelProto.graph is field 7, GraphProto.initializer 5.
  const tensor = bytes(0x0a, 2, 2, 3, 0x08, 4)
  const graph = bytes(0x2a, tensor.length, [...tensor])
  const { graph: read } = decodeModelMessage(bytes(0x3a, graph.length, [...graph]))
  expect(read?.initializer[0]?.dims).toEqual([2, 3, 4])
})

test('fields of numbers it does not know are passed over', () => {
  const file = onnxFile({ initializers: [int64s('i', [1])] })
  const more = bytes(
    [...file],
    0xf8,
    0x7f,
    5,
    0xfa,
    0x7f,
    2,
    1,
    2,
    0xfd,
    0x7f,
    0,
    0,
    0,
    0,
    0xf9,
    0x7f,
    [0, 0, 0, 0, 0, 0, 0, 0],
  )
  expect(decodeModelMessage(more)).toEqual(decodeModelMessage(bytes([...file])))
})

/** An attribute holding a graph holding a node holding an attribute … */
function nested(depth: number): Uint8Array {
  let inner: object = { name: 'g' }
  for (let i = 0; i < depth; i++) inner = { node: [{ opType: 'If', attribute: [{ name: 'a', type: 5, g: inner }] }] }
  return modelMessage.encode(modelMessage.fromObject({ graph: inner })).finish()
}
test('bodies within bodies are read, without end they are refused', () => {
  expect(() => decodeModelMessage(nested(15))).not.toThrow()
  expect(() => decodeModelMessage(nested(30))).toThrow(/nested more than 64 deep/)
})

test.each<[string, Uint8Array, RegExp]>([
  ['a length past the end', bytes(0x3a, 5, 0), /at byte 2: the field graph claims 5 bytes where 1 are left/],
  ['a length past its message', bytes(0x3a, 3, 0x12, 9, 0, 0), /the field name claims 9 bytes where 1 are left/],
  ['a length of 2^63', bytes(0x3a, Array(9).fill(0xff), 1), /claims \d{19,20} bytes where 0 are left/],
  ['a number without end', bytes(0x08, Array(11).fill(0x80)), /a number is longer than 10 bytes/],
  ['a number cut off', bytes(0x08, 0x80), /the message ends within a value/],
  ['a field of another kind', bytes(0x38, 1), /the field graph has wire type 0, not 2/],
  ['field number 0', bytes(0x00, 1), /a field has the number 0/],
  ['groups', bytes(0x0b), /wire type 3/],
  ['text that is not UTF-8', bytes(0x12, 2, 0xc3, 0x28), /the text of the field producerName is not UTF-8/],
  // graph.node.attribute: a field f with three of its four bytes
  ['a float cut off', bytes(0x3a, 8, 0x0a, 6, 0x2a, 4, 0x15, 0, 0, 0), /the message ends within a value/],
])('%s is refused with its place', (_, file, message) => {
  expect(() => decodeModelMessage(file)).toThrow(ProtobufError)
  expect(() => decodeModelMessage(file)).toThrow(message)
})

test('a megabyte of empty messages is refused before it is a hundred', () => {
  const empties = new Uint8Array(2 ** 20).fill(0).map((_, i) => (i % 2 === 0 ? 0x0a : 0))
  const length = [0x80, 0x80, 0x40]
  expect(() => decodeModelMessage(bytes(0x3a, length, [...empties]))).toThrow(
    /more messages than a file of this size has/,
  )
})
