import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import type { Json } from './json.ts'

/** `sha256:` and 64 hexadecimal digits. SHA-256 is the fastest strong hash where the CPU has SHA instructions. */
export type Digest = `sha256:${string}`

export const digestOfBytes = (bytes: Uint8Array | string): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

export const digestOfJson = (value: Json): Digest => digestOfBytes(canonicalJson(value))

/** The first 12 hexadecimal digits, for people. */
export const shortDigest = (digest: Digest): string => digest.slice(7, 19)
