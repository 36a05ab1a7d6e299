import { StageError } from '../../../stage/stage-context.ts'

/** An array of an IDX file. */
export interface IdxArray {
  readonly shape: readonly number[]
  readonly values: Float64Array
}

const types: Readonly<Record<number, { readonly bytes: number; read(view: DataView, at: number): number }>> = {
  0x08: { bytes: 1, read: (view, at) => view.getUint8(at) },
  0x09: { bytes: 1, read: (view, at) => view.getInt8(at) },
  0x0b: { bytes: 2, read: (view, at) => view.getInt16(at) },
  0x0c: { bytes: 4, read: (view, at) => view.getInt32(at) },
  0x0d: { bytes: 4, read: (view, at) => view.getFloat32(at) },
  0x0e: { bytes: 8, read: (view, at) => view.getFloat64(at) },
}

/**
 * Reads an IDX file, the format of MNIST: two zero bytes, a type, the number of axes, each axis as a big-endian uint32,
 * then the values, big-endian, row by row. Throws StageError for anything else, and for a length that does not fit.
 */
export function parseIdx(bytes: Buffer, file: string): IdxArray {
  const type = types[bytes[2] ?? 0]
  const axes = bytes[3] ?? 0
  if (
    bytes.length < 4 ||
    bytes.readUInt16BE(0) !== 0 ||
    type === undefined ||
    axes === 0 ||
    bytes.length < 4 + 4 * axes
  )
    throw new StageError(`${file} is no IDX file: its first bytes do not name a type and axes`)
  const shape = Array.from({ length: axes }, (_, i) => bytes.readUInt32BE(4 + 4 * i))
  const count = shape.reduce((n, size) => n * size, 1)
  const start = 4 + 4 * axes
  if (bytes.length - start !== count * type.bytes)
    throw new StageError(
      `${file} says it holds [${shape.join(', ')}] values of ${type.bytes} bytes and has ${bytes.length - start} bytes of them; it is cut off or no IDX file`,
    )
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) values[i] = type.read(view, start + i * type.bytes)
  return { shape, values }
}
