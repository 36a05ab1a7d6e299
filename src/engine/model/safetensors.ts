import { constants } from 'node:fs'
import { open, rename, stat } from 'node:fs/promises'
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

/**
 * Reads every tensor, each by itself, so that a file may be larger than what can be read at once; F16 and BF16 are widened
 * to F32. Throws {@link SafetensorsError} naming file, tensor and reason.
 */
export async function readSafetensors(file: string): Promise<Map<string, StoredTensor>> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK) // opening a pipe would wait for a writer
  try {
    const info = await handle.stat()
    if (!info.isFile()) throw new SafetensorsError(`${file}: is no file`)
    const range = async (from: number, to: number): Promise<Uint8Array> => {
      const bytes = new Uint8Array(to - from)
      for (let got = 0; got < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, got, Math.min(bytes.length - got, 2 ** 30), from + got)
        if (bytesRead === 0) throw new SafetensorsError(`${file}: became shorter while it was read`)
        got += bytesRead
      }
      return bytes
    }
    const length = headerLength(await range(0, Math.min(8, info.size)), info.size, file)
    const entries = entriesOf(await range(8, 8 + length), info.size - 8 - length, file)
    const tensors = new Map<string, StoredTensor>()
    for (const { name, dtype, shape, from, to } of entries)
      tensors.set(name, decode(await range(8 + length + from, 8 + length + to), dtype, shape))
    return tensors
  } finally {
    await handle.close()
  }
}

/** As {@link readSafetensors}, from bytes; `file` is for messages. */
export function parseSafetensors(bytes: Uint8Array, file: string): Map<string, StoredTensor> {
  const start = 8 + headerLength(bytes, bytes.length, file)
  const entries = entriesOf(bytes.subarray(8, start), bytes.length - start, file)
  return new Map(
    entries.map(({ name, dtype, shape, from, to }) => [
      name,
      decode(new Uint8Array(bytes.subarray(start + from, start + to)), dtype, shape), // a Buffer's slice() is a view
    ]),
  )
}

/** The tensors that a header names, checked against the bytes that come after it. */
function entriesOf(header: Uint8Array, room: number, file: string): Entry[] {
  const entries = Object.entries(parseHeader(header, file))
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => ({ name, ...checkEntry(entry, { name, file, room }) }))
  refuseOverlapsAndGaps(entries, room, file) // before anything is read: a thousand tensors over one range are a thousand copies
  return entries
}

/** Every byte belongs to one tensor, so the format demands. A name that is given twice leaves a gap. */
function refuseOverlapsAndGaps(entries: readonly Entry[], room: number, file: string): void {
  const ranges = entries.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)
  let end = 0
  let last = ''
  for (const { name, from, to } of [...ranges, { name: '', from: room, to: room }]) {
    if (from < end) throw new SafetensorsError(`${file}: tensors "${last}" and "${name}" overlap`)
    if (from > end)
      throw new SafetensorsError(
        `${file}: bytes ${end} to ${from} belong to no tensor; the file is damaged, or names a tensor twice`,
      )
    end = to
    last = name
  }
}

function headerLength(bytes: Uint8Array, size: number, file: string): number {
  if (size < 8) throw new SafetensorsError(`${file}: ${size} bytes are too few for a safetensors file`)
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 7))
  if (start.startsWith('PK\x03\x04'))
    throw new SafetensorsError(`${file}: this is a zip archive, such as PyTorch writes, and no safetensors file`)
  if (start === 'version')
    throw new SafetensorsError(
      `${file}: this is a pointer of Git LFS and not the file itself; fetch it with git lfs pull`,
    )
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  if (length > maximumHeader || length > size - 8)
    throw new SafetensorsError(
      `${file}: the header claims ${length} bytes, the file has ${size - 8} after its length field; it is cut off or no safetensors file`,
    )
  return length
}

function parseHeader(bytes: Uint8Array, file: string): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new SafetensorsError(
      `${file}: the header is not JSON (${error instanceof Error ? error.message : String(error)})`,
    )
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new SafetensorsError(`${file}: the header is not a JSON object`)
  return header as Record<string, unknown>
}

interface Entry {
  readonly name: string
  readonly dtype: keyof typeof widths
  readonly shape: number[]
  readonly from: number
  readonly to: number
}
interface Place {
  readonly name: string
  readonly file: string
  /** Bytes after the header. */
  readonly room: number
}
function checkEntry(entry: unknown, { name, file, room }: Place): Omit<Entry, 'name'> {
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

/** `bytes` fill a buffer of their own. */
function decode(bytes: Uint8Array, dtype: keyof typeof widths, shape: readonly number[]): StoredTensor {
  if (dtype === 'F16' || dtype === 'BF16') {
    const halves = new Uint16Array(bytes.buffer)
    return { dtype: 'F32', shape, data: dtype === 'BF16' ? widenBfloat16(halves) : widenFloat16(halves) }
  }
  return { dtype, shape, data: new arrays[dtype](bytes.buffer as ArrayBuffer) }
}

/** Writes the tensors in the map's order, to a temporary name that is renamed when whole. */
export async function writeSafetensors(
  file: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata?: Record<string, string>,
): Promise<void> {
  const header: [string, unknown][] = metadata === undefined ? [] : [['__metadata__', metadata]]
  let offset = 0
  for (const [name, tensor] of tensors) {
    const end = offset + tensor.data.byteLength
    header.push([name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [offset, end] }])
    offset = end
  }
  const text = JSON.stringify(Object.fromEntries(header)) // entries, for a tensor may be called __proto__
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
