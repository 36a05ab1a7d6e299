import { join } from 'node:path'
import type { Digest } from '../../base/digest.ts'

/**
 * Where things lie in a store. The version is part of the path, so a store of another layout is never misread:
 *
 *     v1/blobs/ab/…       file contents by SHA-256, read-only, stored once
 *     v1/manifests/ab/…   what an artifact consists of, by its own digest
 *     v1/trees/ab/…       folders of hard links to blobs, made when a stage first reads one
 *     v1/actions/ab/…     results of stages by key
 *     v1/history/…        keys published so far, one file a kind
 *     v1/index.json       digests by stat
 *     scratch/…           checkpoints of unfinished stages by key
 *     tmp/…               attempts in progress; emptied by whoever holds the lock
 *     live/…              progress of running runs
 */
export class StoreLayout {
  readonly root: string
  constructor(root: string) {
    this.root = root
  }
  blob(digest: Digest): string {
    return this.#sharded('blobs', digest)
  }
  manifest(digest: Digest): string {
    return this.#sharded('manifests', digest)
  }
  tree(digest: Digest): string {
    return this.#sharded('trees', digest)
  }
  action(key: Digest): string {
    return this.#sharded('actions', key)
  }
  history(kind: string): string {
    return join(this.root, 'v1', 'history', `${kind}.jsonl`)
  }
  get index(): string {
    return join(this.root, 'v1', 'index.json')
  }
  scratch(key: Digest): string {
    return join(this.root, 'scratch', key.slice(7))
  }
  get temporary(): string {
    return join(this.root, 'tmp')
  }
  get workers(): string {
    return join(this.root, 'workers')
  }
  get lock(): string {
    return join(this.root, 'lock')
  }
  live(run: string): string {
    return join(this.root, 'live', `${run}.json`)
  }

  /** 256 folders, so that none grows too long to list. */
  #sharded(folder: string, digest: Digest): string {
    return join(this.root, 'v1', folder, digest.slice(7, 9), digest.slice(9))
  }
}
