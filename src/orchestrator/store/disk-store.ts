import { existsSync, mkdirSync, readdirSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Digest } from '../../base/digest.ts'
import type { ArtifactType, FileArtifact } from '../../stage/artifact.ts'
import { makeFolder } from '../make-folder.ts'
import { isWorthSyncing } from '../policy.ts'
import type { StageKey } from '../stage-key.ts'
import { Actions } from './actions.ts'
import { Blobs } from './blobs.ts'
import type { DigestIndex } from './digest-index.ts'
import { hashFile } from './hash-file.ts'
import type { StoreLayout } from './layout.ts'
import { describeTree, manifestBytes, manifestDigest } from './manifest.ts'
import type { ActionResult, Lookup, PastKey, Store, Workplace } from './store.ts'
import { Trees } from './trees.ts'

export interface DiskStoreOptions {
  readonly layout: StoreLayout
  readonly index: DigestIndex
  /** Hash every file again instead of trusting its unchanged stat. Default: false. */
  readonly verify?: boolean
}

/** A store in a folder, see {@link StoreLayout}. One process may write to it at a time; {@link StoreLock} sees to that. */
export class DiskStore implements Store {
  readonly #layout: StoreLayout
  readonly #index: DigestIndex
  readonly #blobs: Blobs
  readonly #trees: Trees
  readonly #actions: Actions
  readonly #verify: boolean
  #attempts = 0

  constructor({ layout, index, verify = false }: DiskStoreOptions) {
    this.#layout = layout
    this.#index = index
    this.#blobs = new Blobs(layout, index)
    this.#trees = new Trees({ layout, index, blobs: this.#blobs })
    this.#actions = new Actions(layout)
    this.#verify = verify
  }

  async lookup(key: StageKey): Promise<Lookup> {
    const read = this.#actions.read(key)
    if (read === 'nothing') return { found: 'nothing' }
    if (read === 'damaged') return { found: 'corrupt', what: 'its stored result is damaged' }
    for (const [name, output] of Object.entries(read.action.outputs)) {
      if ('value' in output) continue
      const wrong = await this.#trees.check(output.digest, this.#verify)
      if (wrong !== undefined) return { found: 'corrupt', what: `output ${name}: ${wrong}` }
    }
    return { found: 'hit', action: read.action }
  }

  async publish(action: ActionResult): Promise<void> {
    this.#actions.write(action, isWorthSyncing(action.seconds))
    return Promise.resolve()
  }

  async publishFiles({
    path,
    type,
    durable,
  }: {
    path: string
    type: ArtifactType
    durable: boolean
  }): Promise<FileArtifact> {
    const manifest = await describeTree(path, { digestOf: hashOnce, links: 'refuse' })
    for (const file of manifest.files) await this.#blobs.put(join(path, file.path), file.digest, durable)
    const digest = manifestDigest(manifest)
    this.#trees.add(manifest, digest, durable)
    return { type, digest, bytes: manifestBytes(manifest) }
  }

  materialise(artifact: FileArtifact): Promise<string> {
    return this.#trees.materialise(artifact.digest)
  }

  history(kind: string): readonly PastKey[] {
    return this.#actions.history(kind)
  }

  wasInterrupted(key: StageKey): boolean {
    const scratch = this.#layout.scratch(key)
    return existsSync(scratch) && readdirSync(scratch).length > 0
  }

  openWorkplace(key: StageKey): Workplace {
    const resumes = this.wasInterrupted(key)
    const out = join(this.#layout.temporary, `attempt-${process.pid}-${this.#attempts++}`)
    const scratch = this.#layout.scratch(key)
    mkdirSync(out, { recursive: true })
    mkdirSync(scratch, { recursive: true })
    return { out, scratch, resumes }
  }

  closeWorkplace(key: StageKey, { out, scratch }: Workplace, keepScratch: boolean): void {
    rmSync(out, { recursive: true, force: true })
    if (!keepScratch) this.discardScratch(key)
    else if (!this.wasInterrupted(key) && existsSync(scratch)) rmdirSync(scratch)
  }

  discardScratch(key: StageKey): void {
    rmSync(this.#layout.scratch(key), { recursive: true, force: true })
  }

  close(): void {
    this.#index.save()
  }
}

/** New files are hashed without the index: it would only remember paths that are about to vanish. */
async function hashOnce(path: string): Promise<{ digest: Digest; bytes: number }> {
  const bytes = statSync(path).size
  return { digest: await hashFile(path, bytes), bytes }
}

/** Makes the folder and tells git to leave it alone. */
export function createStoreFolder(layout: StoreLayout): void {
  makeFolder(layout.root)
  const ignore = join(layout.root, '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n')
}
