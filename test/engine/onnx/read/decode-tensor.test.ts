import { describe, expect, test } from 'vitest'
import { ModelError } from '../../../../src/engine/model/config-fields.ts'
import { parseOnnx } from '../../../../src/engine/onnx/read/read-onnx.ts'
import type { FileSketch } from './onnx-file.ts'
import { onnxFile } from './onnx-file.ts'

const parse = (sketch: FileSketch): ReturnType<typeof parseOnnx> => parseOnnx(onnxFile(sketch), 'm.onnx')
const values = (data: ArrayLike<number | bigint> | undefined): number[] => Array.from(data ?? [], Number)

/** One initializer as the only output. */
const stored = (tensor: object): FileSketch => ({ outputs: { w: [1] }, initializers: [{ name: 'w', ...tensor }] })
const le = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes)

describe('tensors', () => {
  test.each<[what: string, tensor: object, expected: [type: string, ...values: number[]]]>([
    ['float32 in its field', { dims: [2], dataType: 1, floatData: [1.5, -2] }, ['float32', 1.5, -2]],
    ['float64', { dims: [1], dataType: 11, doubleData: [Math.PI] }, ['float64', Math.PI]],
    ['float16', { dims: [2], dataType: 10, rawData: le(0, 0x3c, 0, 0xc0) }, ['float32', 1, -2]],
    ['float16 in its field', { dims: [2], dataType: 10, int32Data: [0x3c00, 0x7c00] }, ['float32', 1, Infinity]],
    ['bfloat16', { dims: [1], dataType: 16, rawData: le(0x20, 0xc1) }, ['float32', -10]],
    ['int64', { dims: [2], dataType: 7, int64Data: [-1, 2 ** 53] }, ['int64', -1, 2 ** 53]],
    ['int32', { dims: [1, 1], dataType: 6, int32Data: [-7] }, ['int32', -7]],
    ['int8', { dims: [2], dataType: 3, int32Data: [-7, 127] }, ['int8', -7, 127]],
    ['uint8', { dims: [2], dataType: 2, rawData: le(3, 255) }, ['uint8', 3, 255]],
    ['bool', { dims: [2], dataType: 9, rawData: le(1, 7) }, ['bool', 1, 1]],
    ['a scalar', { dataType: 1, floatData: [3] }, ['float32', 3]],
    ['nothing', { dims: [0, 3], dataType: 1 }, ['float32']],
  ])('%s', (_, tensor, [type, ...expected]) => {
    const { parameters, constants } = parse(stored(tensor))
    const found = parameters.get('w') ?? constants.get('w')
    expect(found?.type).toBe(type)
    expect(values(found?.data)).toEqual(expected)
  })
  test.each<[string, object, RegExp]>([
    [
      'fewer bytes than its shape',
      { dims: [3], dataType: 1, rawData: le(0, 0, 0, 0) },
      /initializer "w" needs 12 bytes for its shape and has 4/,
    ],
    ['an absurd shape', { dims: [2 ** 30, 2 ** 30], dataType: 1, rawData: le(0) }, /impossible shape/],
    [
      'a large shape without data',
      { dims: [2 ** 30], dataType: 1 },
      /needs 1073741824 elements for its shape and has 0/,
    ],
    ['a negative size', { dims: [-1], dataType: 1 }, /impossible shape \[-1\]/],
    ['text', { dims: [1], dataType: 8, stringData: [le(65)] }, /initializer "w" is of string/],
    ['an unknown type', { dims: [1], dataType: 99 }, /is of number 99/],
    ['four bits', { dims: [2], dataType: 22, rawData: le(0) }, /is of int4/],
  ])('%s is refused', (_, tensor, message) => {
    expect(() => parse(stored(tensor))).toThrow(ModelError)
    expect(() => parse(stored(tensor))).toThrow(message)
  })
  test('half precision is said', () => {
    const { notes } = parse(stored({ dims: [1], dataType: 10, int32Data: [0] }))
    expect(notes).toEqual(['float16 values are widened to float32'])
  })
})
