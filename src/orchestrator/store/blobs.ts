import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Digest } from '../../base/digest.ts'
import { syncPath } from './atomic-write.ts'
import type { DigestIndex } from './digest-index.ts'
import type { StoreLayout } from './layout.ts'

const readOnly = 0o444

/** File contents by digest. A blob is written once, made read-only, and never changed; a damaged one is replaced. */
export class Blobs {
  readonly #layout: StoreLayout
  readonly #index: DigestIndex

  constructor(layout: StoreLayout, index: DigestIndex) {
    this.#layout = layout
    this.#index = index
  }

  /** Moves a file in. The file is gone afterwards. */
  async put(from: string, digest: Digest, durable: boolean): Promise<void> {
    const target = this.#layout.blob(digest)
    if ((await this.check(digest)) === undefined) {
      rmSync(from)
      return
    }
    const ours = this.#own(from)
    chmodSync(ours, readOnly)
    if (durable) syncPath(ours)
    mkdirSync(dirname(target), { recursive: true })
    renameSync(ours, target)
    if (durable) syncPath(dirname(target))
    this.#index.note(target, digest, durable)
  }

  /** What is wrong with a blob, or undefined when it is there and its bytes are the digest's. */
  async check(digest: Digest, verify = false): Promise<string | undefined> {
    const path = this.#layout.blob(digest)
    if (!existsSync(path)) return 'a stored file is missing'
    const { digest: actual } = await this.#index.digestOf(path, verify)
    return actual === digest ? undefined : 'a stored file was changed or damaged'
  }

  /** A hard link moves the blob's change time: the index learns the new one. */
  relinked(digest: Digest): void {
    this.#index.note(this.#layout.blob(digest), digest, false)
  }

  /** A stage may have hard-linked a file that is not its own; taking that one would make somebody's file read-only. */
  #own(from: string): string {
    if (statSync(from).nlink === 1) return from
    const copy = `${from}.copy`
    copyFileSync(from, copy)
    rmSync(from)
    return copy
  }
}
