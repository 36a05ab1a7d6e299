import type { ElementType, TensorData } from '../graph.ts'

/** Names of TensorProto.DataType, for messages. */
const names: readonly string[] =
  'undefined float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64 uint32 uint64 complex64 complex128 bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 int4 float4e2m1'.split(
    ' ',
  )

/** TensorProto.DataType to the engine's types: half precision is widened to float32, where it is exact. */
const types: Readonly<Record<number, ElementType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float32',
  11: 'float64',
  16: 'float32',
}

/** The engine's type for a number of TensorProto.DataType; `undefined` where it has none. */
export const elementType = (code: number | undefined): ElementType | undefined => types[code ?? 0]

/** What ONNX calls a number of TensorProto.DataType. */
export const elementName = (code: number | undefined): string => names[code ?? 0] ?? `number ${String(code)}`

export const isHalf = (code: number | undefined): boolean => code === 10 || code === 16

/** Bytes of one element as it is stored. */
export const storedWidth: Readonly<Record<number, number>> = { 1: 4, 2: 1, 3: 1, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 16: 2 }

const arrays: Readonly<Record<ElementType, new (length: number) => TensorData>> = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
}

/** An array of zeros of a type. */
export const zerosOf = (type: ElementType, size: number): TensorData => new arrays[type](size)

/** The array of a type over bytes (little endian), without a copy where they are aligned. */
export function viewOf(type: ElementType, bytes: Uint8Array): TensorData {
  const View = arrays[type] as unknown as new (buffer: ArrayBufferLike, offset: number, length: number) => TensorData
  const width = new arrays[type](0).BYTES_PER_ELEMENT
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes)
  return new View(aligned.buffer, aligned.byteOffset, aligned.length / width)
}
