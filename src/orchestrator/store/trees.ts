import { copyFileSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, chmodSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { digestOfBytes, type Digest } from '../../base/digest.ts'
import { atomicWrite } from './atomic-write.ts'
import type { Blobs } from './blobs.ts'
import type { DigestIndex } from './digest-index.ts'
import type { StoreLayout } from './layout.ts'
import { manifestText, type Manifest, type ManifestFile } from './manifest.ts'

export interface TreeParts {
  readonly layout: StoreLayout
  readonly index: DigestIndex
  readonly blobs: Blobs
}

/** Artifacts as files and folders: manifests, and the folders of links that stages read. */
export class Trees {
  readonly #parts: TreeParts
  readonly #manifests = new Map<Digest, Manifest>()
  readonly #ready = new Set<Digest>()
  /** Folders being made: a second stage that wants one waits for it, and does not put another in its place. */
  readonly #making = new Map<Digest, Promise<void>>()
  #count = 0

  constructor(parts: TreeParts) {
    this.#parts = parts
  }

  add(manifest: Manifest, digest: Digest, durable: boolean): void {
    const path = this.#parts.layout.manifest(digest)
    if (this.#read(digest) === undefined) atomicWrite(path, manifestText(manifest), durable)
    this.#manifests.set(digest, manifest)
  }

  /** What is wrong with an artifact, or undefined when all of it is there. */
  async check(digest: Digest, verify = false): Promise<string | undefined> {
    const manifest = this.#read(digest)
    if (manifest === undefined) return 'the list of its files is missing or damaged'
    for (const file of manifest.files) {
      const wrong = await this.#parts.blobs.check(file.digest, verify)
      if (wrong !== undefined) return file.path === '' ? wrong : `${wrong} (${file.path})`
    }
    return undefined
  }

  /** Absolute path of the artifact: the blob itself, or a folder of links to blobs. */
  async materialise(digest: Digest): Promise<string> {
    const manifest = this.#read(digest)
    if (manifest === undefined) throw new Error(`the store has no artifact ${digest}`)
    const only = manifest.files[0]
    if (manifest.kind === 'file' && only !== undefined) return this.#parts.layout.blob(only.digest)
    const path = this.#parts.layout.tree(digest)
    if (this.#ready.has(digest)) return path
    const making = this.#making.get(digest) ?? this.#make(path, manifest)
    this.#making.set(digest, making)
    try {
      await making
      this.#ready.add(digest)
    } finally {
      this.#making.delete(digest)
    }
    return path
  }

  async #make(path: string, manifest: Manifest): Promise<void> {
    if (!(await this.#isIntact(path, manifest))) await this.#build(path, manifest)
  }

  async #isIntact(path: string, { files }: Manifest): Promise<boolean> {
    try {
      if (files.length === 0) return statSync(path).isDirectory()
      for (const file of files) {
        const inTree = join(path, file.path)
        if (statSync(inTree).ino === statSync(this.#parts.layout.blob(file.digest)).ino) continue
        if ((await this.#parts.index.digestOf(inTree)).digest !== file.digest) return false
      }
      return true
    } catch {
      return false
    }
  }

  async #build(path: string, { files }: Manifest): Promise<void> {
    const temporary = join(this.#parts.layout.temporary, `tree-${process.pid}-${this.#count++}`)
    mkdirSync(temporary, { recursive: true })
    for (const file of files) await this.#place(file, join(temporary, file.path))
    rmSync(path, { recursive: true, force: true })
    mkdirSync(dirname(path), { recursive: true })
    renameSync(temporary, path)
  }

  async #place(file: ManifestFile, target: string): Promise<void> {
    const wrong = await this.#parts.blobs.check(file.digest)
    if (wrong !== undefined) throw new Error(`${wrong} (${file.path}); the next run makes it anew`)
    const blob = this.#parts.layout.blob(file.digest)
    mkdirSync(dirname(target), { recursive: true })
    try {
      linkSync(blob, target)
      this.#parts.blobs.relinked(file.digest)
    } catch (error) {
      if (!cannotLink.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      copyFileSync(blob, target)
      chmodSync(target, 0o444)
    }
  }

  #read(digest: Digest): Manifest | undefined {
    const known = this.#manifests.get(digest)
    if (known !== undefined) return known
    const text = readText(this.#parts.layout.manifest(digest))
    if (text === undefined || digestOfBytes(text) !== digest) return undefined
    const manifest = JSON.parse(text) as Manifest
    this.#manifests.set(digest, manifest)
    return manifest
  }
}

/** File systems without hard links, with too many of them, or across mounts. */
const cannotLink = new Set(['EPERM', 'EMLINK', 'EXDEV', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
