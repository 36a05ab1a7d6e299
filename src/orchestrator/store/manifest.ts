import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson } from '../../base/canonical-json.ts'
import { digestOfBytes, type Digest } from '../../base/digest.ts'
import type { JsonObject } from '../../base/json.ts'
import { StageError } from '../../stage/stage-context.ts'

/** What an artifact consists of. Its digest is that of the canonical JSON, so a manifest proves itself. */
export interface Manifest {
  readonly version: 1
  readonly kind: 'file' | 'folder'
  /** By path, in code unit order; `/` between names. A single file has the path ''. Empty folders are not kept. */
  readonly files: readonly ManifestFile[]
}
export interface ManifestFile {
  readonly path: string
  readonly digest: Digest
  readonly bytes: number
}

export const manifestText = (manifest: Manifest): string => canonicalJson(manifest as unknown as JsonObject)
export const manifestDigest = (manifest: Manifest): Digest => digestOfBytes(manifestText(manifest))
export const manifestBytes = ({ files }: Manifest): number => files.reduce((sum, { bytes }) => sum + bytes, 0)

export interface TreeReader {
  digestOf(path: string): Promise<{ readonly digest: Digest; readonly bytes: number }>
  /** A user's folder may hold links (model hubs' caches do); an output may not, since its bytes must become ours. */
  readonly links: 'follow' | 'refuse'
}

/** Describes a file or folder on disk. Throws a StageError on devices, on refused links and on links that lead in a circle. */
export async function describeTree(root: string, reader: TreeReader): Promise<Manifest> {
  const isFolder = entryAt(root, reader.links) === 'folder'
  const paths = isFolder ? filesBelow(root, '', reader.links) : ['']
  const files: ManifestFile[] = []
  for (const path of paths.sort(byCodeUnit)) files.push({ path, ...(await reader.digestOf(join(root, path))) })
  return { version: 1, kind: isFolder ? 'folder' : 'file', files }
}

const deepest = 64

function filesBelow(root: string, below: string, links: TreeReader['links']): string[] {
  if (below.split('/').length > deepest)
    throw new StageError(`${root}: folders nest deeper than ${deepest}; does a link lead in a circle?`)
  return readdirSync(join(root, below)).flatMap((name) => {
    const path = below === '' ? name : `${below}/${name}`
    return entryAt(join(root, path), links) === 'folder' ? filesBelow(root, path, links) : [path]
  })
}

function entryAt(path: string, links: TreeReader['links']): 'file' | 'folder' {
  const stat = links === 'follow' ? statSync(path) : lstatSync(path)
  if (stat.isDirectory()) return 'folder'
  if (stat.isFile()) return 'file'
  throw new StageError(`${path} is neither a file nor a folder; links and devices cannot be stored`)
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
