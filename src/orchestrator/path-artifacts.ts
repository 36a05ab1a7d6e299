import { extname } from 'node:path'
import { digestOfJson, type Digest } from '../base/digest.ts'
import type { FileArtifact } from '../stage/artifact.ts'
import type { InputSource, Sources } from './store/store.ts'
import type { DigestIndex } from './store/digest-index.ts'
import { describeTree, manifestBytes, manifestDigest } from './store/manifest.ts'

/** Files of a folder that are remembered one by one, to explain later what changed. */
const mostFiles = 200

/**
 * Files and folders of the user's, by content. They are read where they lie and never copied; a file's extension counts
 * as content, since a stage may go by it.
 */
export class PathArtifacts {
  readonly #index: DigestIndex
  readonly #verify: boolean
  readonly #paths = new Map<Digest, string>()
  readonly #sources = new Map<Digest, InputSource>()

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
    const { files } = manifest
    this.#sources.set(digest, {
      path,
      ...(files.length > mostFiles ? {} : { files: files.map((file) => [file.path, file.digest] as const) }),
    })
    return { type: 'path', digest, bytes: manifestBytes(manifest) }
  }

  /** Where an artifact that was described in this run lies. */
  pathOf(digest: Digest): string | undefined {
    return this.#paths.get(digest)
  }

  /** Of the inputs that are the user's own files, where they lie and what is in them. */
  sourcesOf(inputs: Readonly<Record<string, { readonly digest: Digest }>>): Sources | undefined {
    const found = Object.entries(inputs).flatMap(([port, { digest }]): [string, InputSource][] => {
      const source = this.#sources.get(digest)
      return source === undefined ? [] : [[port, source]]
    })
    return found.length === 0 ? undefined : Object.fromEntries(found)
  }
}
