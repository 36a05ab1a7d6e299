import { open, readFile, rename, stat } from 'node:fs/promises'
import { widenBfloat16, widenFloat16 } from './half.ts'

/**
 * The safetensors format: 8 bytes of header length (little endian), a JSON header naming each tensor's dtype, shape and
 * byte range, then the bytes. https://github.com/huggingface/safetensors
 */
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Int8Array
export interface StoredTensor {
  readonly dtype: 'F32' | 'F64' | 'I32' | 'I64' | 'U8' | 'I8' | 'BOOL'
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** The file is not safetensors, or says of itself what cannot be true. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError'
}

const arrays = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
  I8: Int8Array,
  BOOL: Uint8Array,
} as const
const widths = { F32: 4, F64: 8, I32: 4, I64: 8, U8: 1, I8: 1, BOOL: 1, F16: 2, BF16: 2 } as const
const maximumHeader = 100_000_000

/** Reads every tensor; F16 and BF16 are widened to F32. Throws {@link SafetensorsError} naming file, tensor and reason. */
export async function readSafetensors(file: string): Promise<Map<string, StoredTensor>> {
  return parseSafetensors(await readFile(file), file)
}

/** As {@link readSafetensors}, from bytes; `file` is for messages. */
export function parseSafetensors(bytes: Uint8Array, file: string): Map<string, StoredTensor> {
  const { header, start } = parseHeader(bytes, file)
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => ({ name, ...checkEntry(entry, { name, file, room: bytes.length - start }) }))
  refuseOverlaps(entries, file) // before anything is copied: a thousand tensors over one range are a thousand copies
  return new Map(
    entries.map(({ name, dtype, shape, from, to }) => [
      name,
      decode(bytes.subarray(start + from, start + to), dtype, shape),
    ]),
  )
}

function refuseOverlaps(entries: readonly { name: string; from: number; to: number }[], file: string): void {
  const ranges = entries.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)
  for (let i = 1; i < ranges.length; i++) {
    const [a, b] = [ranges[i - 1]!, ranges[i]!]
    if (b.from < a.to) throw new SafetensorsError(`${file}: tensors "${a.name}" and "${b.name}" overlap`)
  }
}

function parseHeader(bytes: Uint8Array, file: string): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) throw new SafetensorsError(`${file}: ${bytes.length} bytes are too few for a safetensors file`)
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 7))
  if (start.startsWith('PK\x03\x04'))
    throw new SafetensorsError(`${file}: this is a zip archive, such as PyTorch writes, and no safetensors file`)
  if (start === 'version')
    throw new SafetensorsError(
      `${file}: this is a pointer of Git LFS and not the file itself; fetch it with git lfs pull`,
    )
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  if (length > maximumHeader || length > bytes.length - 8)
    throw new SafetensorsError(
      `${file}: the header claims ${length} bytes, the file has ${bytes.length - 8} after its length field; it is cut off or no safetensors file`,
    )
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)))
  } catch (error) {
    throw new SafetensorsError(
      `${file}: the header is not JSON (${error instanceof Error ? error.message : String(error)})`,
    )
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new SafetensorsError(`${file}: the header is not a JSON object`)
  return { header: header as Record<string, unknown>, start: 8 + length }
}

interface Place {
  readonly name: string
  readonly file: string
  /** Bytes after the header. */
  readonly room: number
}
function checkEntry(
  entry: unknown,
  { name, file, room }: Place,
): { dtype: keyof typeof widths; shape: number[]; from: number; to: number } {
  const bad = (why: string): never => {
    throw new SafetensorsError(`${file}: tensor "${name}" ${why}`)
  }
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>
  if (typeof dtype !== 'string' || !Object.hasOwn(widths, dtype))
    return bad(`has dtype ${String(dtype)}; known are ${Object.keys(widths).join(', ')}`)
  const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0
  if (!Array.isArray(shape) || !shape.every(isSize)) return bad('has a shape that is no list of sizes')
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) return bad('has no two data_offsets')
  const [from, to] = offsets as [number, number]
  if (from > to || to > room) return bad(`claims bytes ${from} to ${to} of ${room}`)
  const wanted = shape.reduce((n, size) => n * size, 1) * widths[dtype as keyof typeof widths]
  if (wanted !== to - from) return bad(`of ${dtype} [${shape.join(', ')}] needs ${wanted} bytes and has ${to - from}`)
  return { dtype: dtype as keyof typeof widths, shape, from, to }
}

function decode(bytes: Uint8Array, dtype: keyof typeof widths, shape: readonly number[]): StoredTensor {
  const copy = new Uint8Array(bytes) // bytes may be a Buffer, whose slice() is a view
  if (dtype === 'F16' || dtype === 'BF16') {
    const halves = new Uint16Array(copy.buffer)
    return { dtype: 'F32', shape, data: dtype === 'BF16' ? widenBfloat16(halves) : widenFloat16(halves) }
  }
  return { dtype, shape, data: new arrays[dtype](copy.buffer) }
}

/** Writes the tensors in the map's order, to a temporary name that is renamed when whole. */
export async function writeSafetensors(
  file: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata?: Record<string, string>,
): Promise<void> {
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata }
  let offset = 0
  for (const [name, tensor] of tensors) {
    header[name] = { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [offset, offset + tensor.data.byteLength] }
    offset += tensor.data.byteLength
  }
  const text = JSON.stringify(header)
  const json = Buffer.from(text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  const temporary = `${file}.tmp-${process.pid}`
  const handle = await open(temporary, 'w')
  try {
    await handle.writev([
      length,
      json,
      ...[...tensors.values()].map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ])
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
  if ((await stat(file)).size !== 8 + json.length + offset) throw new SafetensorsError(`${file}: was not written whole`)
}
