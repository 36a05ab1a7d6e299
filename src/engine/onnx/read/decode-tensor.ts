import { ModelError } from '../../model/config-fields.ts'
import { widenBfloat16, widenFloat16 } from '../../model/half.ts'
import type { ConstantTensor, ElementType, TensorData } from '../graph.ts'
import { elementName, elementType, isHalf, storedWidth, viewOf, zerosOf } from './element-types.ts'
import type { ExternalReader } from './external-data.ts'
import type { Int, TensorMessage } from './message.ts'

/** Sizes of a tensor. Throws {@link ModelError} for sizes that are no sizes, or too many elements to count. */
export function shapeOf(dims: readonly Int[], where: string): number[] {
  const bad = dims.find((size) => typeof size !== 'number' || size < 0 || size >= 2 ** 31)
  const size = dims.reduce<number>((n, each) => n * Number(each), 1)
  if (bad !== undefined || size > Number.MAX_SAFE_INTEGER)
    throw new ModelError(`${where} has the impossible shape [${dims.join(', ')}]`)
  return dims.map(Number)
}

/**
 * A tensor of the file; `where` names file and tensor. Its bytes are counted against its shape before anything is
 * allocated; float16 and bfloat16 become float32. Throws {@link ModelError}.
 */
export function decodeTensor(tensor: TensorMessage, where: string, external: ExternalReader): ConstantTensor {
  const code = tensor.dataType ?? 0
  const type = elementType(code)
  if (type === undefined)
    throw new ModelError(`${where} is of ${elementName(code)}, a type of elements that is not supported`)
  const shape = shapeOf(tensor.dims, where)
  const size = shape.reduce((n, each) => n * each, 1)
  const bytes = storedBytes(tensor, { where, bytes: size * storedWidth[code]! }, external)
  const data = bytes === undefined ? fromFields(tensor, { type, size, where }) : fromBytes(bytes, code, type)
  if (type === 'bool') for (let i = 0; i < data.length; i++) if (data[i] !== 0) data[i] = 1
  return { type, shape, data }
}

function storedBytes(
  { rawData, externalData, dataLocation }: TensorMessage,
  use: { readonly where: string; readonly bytes: number },
  external: ExternalReader,
): Uint8Array | undefined {
  if (dataLocation === 1) return external(externalData, use)
  if (rawData !== undefined && rawData.length !== use.bytes)
    throw new ModelError(`${use.where} needs ${use.bytes} bytes for its shape and has ${rawData.length}`)
  return rawData
}

function fromBytes(bytes: Uint8Array, code: number, type: ElementType): TensorData {
  if (!isHalf(code)) return viewOf(type, type === 'bool' ? new Uint8Array(bytes) : bytes)
  const copy = new Uint8Array(bytes)
  const halves = new Uint16Array(copy.buffer)
  return code === 16 ? widenBfloat16(halves) : widenFloat16(halves)
}

interface Wanted {
  readonly type: ElementType
  readonly size: number
  readonly where: string
}
/** ONNX keeps the small types in int32_data, half precision as its bits. */
function fromFields(tensor: TensorMessage, { type, size, where }: Wanted): TensorData {
  const half = isHalf(tensor.dataType)
  const fields: Readonly<Record<ElementType, readonly Int[]>> = {
    float32: half ? tensor.int32Data : tensor.floatData,
    float64: tensor.doubleData,
    int64: tensor.int64Data,
    int32: tensor.int32Data,
    uint8: tensor.int32Data,
    int8: tensor.int32Data,
    bool: tensor.int32Data,
  }
  const values = fields[type]
  if (values.length !== size)
    throw new ModelError(`${where} needs ${size} elements for its shape and has ${values.length}`)
  if (half) {
    const halves = values as readonly number[]
    return tensor.dataType === 16 ? widenBfloat16(halves) : widenFloat16(halves)
  }
  const data = zerosOf(type, size)
  if (data instanceof BigInt64Array) for (let i = 0; i < size; i++) data[i] = BigInt(values[i]!)
  else for (let i = 0; i < size; i++) data[i] = Number(values[i])
  return data
}
