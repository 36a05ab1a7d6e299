import type { Field, Type } from 'protobufjs'
import { modelMessage } from '../schema.ts'
import type { Int, ModelMessage } from './message.ts'

/** Bytes that are no protobuf of the messages of an ONNX file; says at which byte and in which field. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError'
}

/** Subgraphs nest; a real file's If in an If in an If needs about 20 levels of messages. */
const maximumDepth = 64
const wireOf: Readonly<Record<string, 0 | 1 | 2 | 5>> = {
  int64: 0,
  uint64: 0,
  int32: 0,
  double: 1,
  string: 2,
  bytes: 2,
  float: 5,
}

/**
 * Decodes a ModelProto by the schema that {@link encodeModel} writes with, strictly: a field of another wire type than
 * its own, a length that leaves its message, nesting without end or text that is not UTF-8 is an error, where protobuf
 * libraries read on. Bytes are views of the file, numbers one word a value: memory stays in proportion to the file.
 * Throws {@link ProtobufError}.
 */
export function decodeModelMessage(bytes: Uint8Array): ModelMessage {
  return new WireReader(bytes).message(modelMessage, bytes.length, 0) as ModelMessage
}

class WireReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true })
  /** An empty message takes two bytes of a file and a hundred of memory. */
  #messagesLeft: number
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#messagesLeft = 10_000 + bytes.length / 8
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  message(type: Type, end: number, depth: number): object {
    if (depth > maximumDepth) this.#refuse(`messages are nested more than ${maximumDepth} deep`)
    if (--this.#messagesLeft < 0) this.#refuse('there are more messages than a file of this size has')
    const made: Record<string, unknown> = {}
    for (const field of type.fieldsArray) if (field.repeated) made[field.name] = none
    while (this.#at < end) {
      const tag = Number(this.#varint(end))
      const [id, wire] = [Math.floor(tag / 8), tag % 8]
      if (id === 0) this.#refuse('a field has the number 0')
      const field = type.fieldsById[id]
      if (field === undefined) this.#skip(wire, end)
      else this.#field(made, field, { wire, end, depth })
    }
    return made
  }

  #field(made: Record<string, unknown>, field: Field, { wire, end, depth }: Place): void {
    const expected = wireOf[field.type] ?? 2
    if (field.repeated && wire === 2 && expected !== 2) {
      const packedEnd = this.#length(end, field.name)
      const list = listOf(made, field.name)
      while (this.#at < packedEnd) list.push(this.#scalar(field, packedEnd))
      return
    }
    if (wire !== expected) this.#refuse(`the field ${field.name} has wire type ${wire}, not ${expected}`)
    const value = expected === 2 ? this.#delimited(field, end, depth) : this.#scalar(field, end)
    if (field.repeated) listOf(made, field.name).push(value)
    else made[field.name] = value
  }

  #delimited(field: Field, end: number, depth: number): unknown {
    const stop = this.#length(end, field.name)
    if (field.type !== 'string' && field.type !== 'bytes')
      return this.message(field.resolvedType as Type, stop, depth + 1)
    const part = this.#bytes.subarray(this.#at, stop)
    this.#at = stop
    if (field.type === 'bytes') return part
    try {
      return this.#utf8.decode(part)
    } catch {
      return this.#refuse(`the text of the field ${field.name} is not UTF-8`)
    }
  }

  #scalar(field: Field, end: number): Int {
    switch (field.type) {
      case 'float':
        return this.#view.getFloat32(this.#take(4, end), true)
      case 'double':
        return this.#view.getFloat64(this.#take(8, end), true)
      case 'int32':
        return Number(BigInt.asIntN(32, BigInt(this.#varint(end))))
      case 'uint64':
        return this.#varint(end)
      default: {
        const value = this.#varint(end)
        return typeof value === 'number' ? value : small(BigInt.asIntN(64, value))
      }
    }
  }

  /** An unsigned varint of at most 64 bits; a number where it is safe. */
  #varint(end: number): Int {
    let low = 0
    for (let i = 0; i < 7; i++) {
      const byte = this.#bytes[this.#take(1, end)]!
      low += (byte & 127) * 2 ** (7 * i)
      if (byte < 128) return low
    }
    let value = BigInt(low)
    for (let i = 7n; i < 10n; i++) {
      const byte = this.#bytes[this.#take(1, end)]!
      value += BigInt(byte & 127) << (7n * i)
      if (byte < 128) return small(BigInt.asUintN(64, value))
    }
    return this.#refuse('a number is longer than 10 bytes')
  }

  #length(end: number, field: string): number {
    const length = Number(this.#varint(end))
    if (length > end - this.#at)
      this.#refuse(`the field ${field} claims ${length} bytes where ${end - this.#at} are left`)
    return this.#at + length
  }

  #take(count: number, end: number): number {
    if (count > end - this.#at) this.#refuse(`the message ends within a value`)
    this.#at += count
    return this.#at - count
  }

  #skip(wire: number, end: number): void {
    if (wire === 0) this.#varint(end)
    else if (wire === 1) this.#take(8, end)
    else if (wire === 5) this.#take(4, end)
    else if (wire === 2) this.#at = this.#length(end, 'of an unknown number')
    else this.#refuse(`there is no wire type ${wire}`)
  }

  #refuse(why: string): never {
    throw new ProtobufError(`at byte ${this.#at}: ${why}`)
  }
}

interface Place {
  readonly wire: number
  readonly end: number
  readonly depth: number
}

const small = (value: bigint): Int =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value

const none: readonly unknown[] = []

function listOf(made: Record<string, unknown>, name: string): unknown[] {
  if (made[name] === none) made[name] = []
  return made[name] as unknown[]
}
