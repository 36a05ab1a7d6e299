import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { StoredTensor } from '../../../src/engine/model/safetensors.ts'
import {
  parseSafetensors,
  readSafetensors,
  SafetensorsError,
  writeSafetensors,
} from '../../../src/engine/model/safetensors.ts'

const fileOf = (header: unknown, bytes: number, claimed?: number): Uint8Array => {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const file = new Uint8Array(8 + text.length + bytes)
  new DataView(file.buffer).setBigUint64(0, BigInt(claimed ?? text.length), true)
  file.set(text, 8)
  return file
}

test('what is written is read, with its types and shapes', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'assay-')), 'x.safetensors')
  const tensors = new Map<string, StoredTensor>([
    ['a', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 1e-8) }],
    ['b', { dtype: 'I64', shape: [1], data: BigInt64Array.of(-7n) }],
    ['c', { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) }],
    ['d', { dtype: 'F64', shape: [], data: Float64Array.of(Math.PI) }],
  ])
  await writeSafetensors(file, tensors, { format: 'pt' })
  expect(await readSafetensors(file)).toEqual(tensors)
})

test('a tensor may be called __proto__', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'assay-')), 'x.safetensors')
  const tensors = new Map<string, StoredTensor>([['__proto__', { dtype: 'U8', shape: [1], data: Uint8Array.of(3) }]])
  await writeSafetensors(file, tensors)
  expect(await readSafetensors(file)).toEqual(tensors)
})

test('small types are read as they are', () => {
  const file = fileOf(
    { b: { dtype: 'BOOL', shape: [2], data_offsets: [0, 2] }, i: { dtype: 'I8', shape: [1], data_offsets: [2, 3] } },
    3,
  )
  file.set([1, 0, 0xfe], file.length - 3)
  const read = parseSafetensors(file, 'x')
  expect(read.get('b')).toEqual({ dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) })
  expect(read.get('i')).toEqual({ dtype: 'I8', shape: [1], data: Int8Array.of(-2) })
})

test('a thousand tensors over one range are refused before any is copied', () => {
  const size = 4_000_000
  const entry = { dtype: 'U8', shape: [size], data_offsets: [0, size] }
  const file = fileOf(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`w${i}`, entry])), size)
  const before = process.memoryUsage().arrayBuffers
  expect(() => parseSafetensors(file, 'x')).toThrow(/tensors "w0" and "w1" overlap/)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * size)
})

test('half precision is widened', () => {
  const file = fileOf(
    { h: { dtype: 'F16', shape: [4], data_offsets: [0, 8] }, b: { dtype: 'BF16', shape: [2], data_offsets: [8, 12] } },
    12,
  )
  file.set([0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c, 0x80, 0x3f, 0x20, 0xc1], file.length - 12)
  const read = parseSafetensors(file, 'x')
  expect(Array.from(read.get('h')!.data as Float32Array)).toEqual([1, -2, 2 ** -24, Infinity])
  expect(Array.from(read.get('b')!.data as Float32Array)).toEqual([1, -10])
})

test.each<[string, Uint8Array, RegExp]>([
  ['is too short', new Uint8Array(4), /4 bytes are too few/],
  ['claims a longer header', fileOf({}, 0, 1_000_000), /claims 1000000 bytes/],
  ['claims an absurd header', fileOf({}, 0, 2 ** 52), /claims/],
  ['has a header that is no JSON', fileOf('{"a":', 0), /not JSON/],
  ['has a header that is a list', fileOf([], 0), /not a JSON object/],
  ['has an unknown dtype', fileOf({ a: { dtype: 'Q4', shape: [1], data_offsets: [0, 4] } }, 4), /"a" has dtype Q4/],
  [
    'names a tensor twice',
    fileOf(
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
      2,
    ),
    /bytes 0 to 1 belong to no tensor/,
  ],
  [
    'has bytes left over',
    fileOf({ a: { dtype: 'U8', shape: [1], data_offsets: [0, 1] } }, 3),
    /bytes 1 to 3 belong to no tensor/,
  ],
  [
    'points past its end',
    fileOf({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, 4),
    /claims bytes 0 to 8 of 4/,
  ],
  [
    'gives a shape that does not fit',
    fileOf({ a: { dtype: 'F32', shape: [3], data_offsets: [0, 8] } }, 8),
    /needs 12 bytes and has 8/,
  ],
  ['gives a negative size', fileOf({ a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, 4), /no list of sizes/],
  [
    'overlaps tensors',
    fileOf(
      { a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] }, b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] } },
      12,
    ),
    /"a" and "b" overlap/,
  ],
])('a file that %s is refused with one clear error', (_, bytes, message) => {
  expect(() => parseSafetensors(bytes, 'file.safetensors')).toThrow(SafetensorsError)
  expect(() => parseSafetensors(bytes, 'file.safetensors')).toThrow(message)
})
