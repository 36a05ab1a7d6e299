import { readFileSync, statSync, type BigIntStats } from 'node:fs'
import type { Digest } from '../../base/digest.ts'
import { bootId } from '../process-identity.ts'
import { atomicWrite } from './atomic-write.ts'
import { hashFile } from './hash-file.ts'

/** Size, mtime, ctime, inode, digest, and the boot in which it was seen (empty once the disk has surely got the bytes). */
type Entry = readonly [size: string, mtime: string, ctime: string, inode: string, digest: Digest, boot: string]

const most = 100_000
/** A file changed this shortly before it was read may change again within one tick of the file system's clock. */
const tick = 100

/**
 * Remembers the digest of files by their stat, so that unchanged bytes are not read again. The change time is part of it:
 * no program can set that back, so even an edit that keeps size and modification time is seen. Losing the index costs
 * time only.
 */
export class DigestIndex {
  readonly #file: string
  readonly #entries: Map<string, Entry>
  #changed = false

  constructor(file: string) {
    this.#file = file
    this.#entries = new Map(readEntries(file))
  }

  /** Digest of a file's content, from the index where its stat has not moved. Throws if the file cannot be read. */
  async digestOf(path: string, verify = false): Promise<{ readonly digest: Digest; readonly bytes: number }> {
    const stat = statSync(path, { bigint: true })
    const bytes = Number(stat.size)
    const known = this.#entries.get(path)
    if (!verify && known !== undefined && isSame(known, stat)) return { digest: known[4], bytes }
    const before = Date.now()
    const digest = await hashFile(path, bytes)
    if (Number(stat.ctimeMs) < before - tick) this.#set(path, stat, { digest, boot: '' })
    return { digest, bytes }
  }

  /** Notes a file whose digest the caller knows and which nobody else writes. `durable`: the disk has it. */
  note(path: string, digest: Digest, durable: boolean): void {
    this.#set(path, statSync(path, { bigint: true }), { digest, boot: durable ? '' : bootId() })
  }

  save(): void {
    if (!this.#changed) return
    const entries = [...this.#entries].slice(-most)
    atomicWrite(this.#file, JSON.stringify({ version: 1, entries }))
    this.#changed = false
  }

  #set(path: string, stat: BigIntStats, { digest, boot }: { digest: Digest; boot: string }): void {
    this.#entries.delete(path)
    this.#entries.set(path, [`${stat.size}`, `${stat.mtimeNs}`, `${stat.ctimeNs}`, `${stat.ino}`, digest, boot])
    this.#changed = true
  }
}

function isSame([size, mtime, ctime, inode, , boot]: Entry, stat: BigIntStats): boolean {
  return (
    `${stat.size}` === size &&
    `${stat.mtimeNs}` === mtime &&
    `${stat.ctimeNs}` === ctime &&
    `${stat.ino}` === inode &&
    (boot === '' || boot === bootId())
  )
}

function readEntries(file: string): [string, Entry][] {
  try {
    const { version, entries } = JSON.parse(readFileSync(file, 'utf8')) as {
      version: number
      entries: [string, Entry][]
    }
    return version === 1 && Array.isArray(entries) ? entries : []
  } catch {
    return [] // absent or damaged: everything is hashed once more
  }
}
