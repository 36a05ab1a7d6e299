import { extname } from 'node:path'
import { digestOfJson, type Digest } from '../base/digest.ts'
import type { FileArtifact } from '../stage/artifact.ts'
import type { DigestIndex } from './store/digest-index.ts'
import { describeTree, manifestBytes, manifestDigest } from './store/manifest.ts'

/**
 * Files and folders of the user's, by content. They are read where they lie and never copied; a file's extension counts
 * as content, since a stage may go by it.
 */
export class PathArtifacts {
  readonly #index: DigestIndex
  readonly #verify: boolean
  readonly #paths = new Map<Digest, string>()

  constructor(index: DigestIndex, verify = false) {
    this.#index = index
    this.#verify = verify
  }

  /** The artifact at an absolute path. Throws if it cannot be read. */
  async describe(path: string): Promise<FileArtifact> {
    const digestOf = (file: string): ReturnType<DigestIndex['digestOf']> => this.#index.digestOf(file, this.#verify)
    const manifest = await describeTree(path, { digestOf, links: 'follow' })
    const content = manifestDigest(manifest)
    const digest = manifest.kind === 'folder' ? content : digestOfJson({ content, extension: extname(path) })
    this.#paths.set(digest, path)
    return { type: 'path', digest, bytes: manifestBytes(manifest) }
  }

  /** Where an artifact that was described in this run lies. */
  pathOf(digest: Digest): string | undefined {
    return this.#paths.get(digest)
  }
}
