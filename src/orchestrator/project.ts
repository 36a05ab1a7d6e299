import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { Json } from '../base/json.ts'
import { PathArtifacts } from './path-artifacts.ts'
import { DigestIndex } from './store/digest-index.ts'
import { DiskStore } from './store/disk-store.ts'
import { StoreLayout } from './store/layout.ts'
import type { Store } from './store/store.ts'

/** Where a pipeline's results and records go. */
export interface Project {
  readonly root: string
  /** Folder of run records, meant to be committed. */
  readonly runs: string
  readonly layout: StoreLayout
  readonly store: Store
  readonly paths: PathArtifacts
}
export interface ProjectOptions {
  /** Folder of the store. Default: `.assay` in the project's root. */
  readonly store?: string
  /** Folder of run records. Default: `runs` in the project's root. */
  readonly runs?: string
  /** Hash every stored file again. Default: false. */
  readonly verify?: boolean
}

/** The project that a pipeline file belongs to. Creates nothing. */
export function openProject(file: string, options: ProjectOptions = {}): Project {
  const root = projectRoot(dirname(resolve(file)))
  const layout = new StoreLayout(resolve(options.store ?? join(root, '.assay')))
  const index = new DigestIndex(layout.index)
  const verify = options.verify ?? false
  return {
    root,
    runs: resolve(options.runs ?? join(root, 'runs')),
    layout,
    store: new DiskStore({ layout, index, verify }),
    paths: new PathArtifacts(index, verify),
  }
}

/** The nearest folder upward with a `package.json`, `.assay` or `.git`; without one, the folder itself. */
export function projectRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (['package.json', '.assay', '.git'].some((mark) => existsSync(join(at, mark)))) return at
    if (dirname(at) === at) return folder
  }
}

/** A path as it may stand in a record that is shared: from the root where it lies inside, with `/` between names. */
export function sharedPath(root: string, path: string): string {
  const inside = relative(root, path)
  return inside === '..' || inside.startsWith(`..${sep}`) ? path : inside.split(sep).join('/')
}

/** Cuts the root's own path from every text in JSON, so that records name no machine. */
export function rootRemover(root: string): <T>(value: T) => T {
  const prefixes = [...new Set([root, realpathSync(root)])].map((path) => `${path}${sep}`)
  return <T>(value: T) => strip(value as Json, prefixes) as T
}

function strip(value: Json | undefined, prefixes: readonly string[]): Json | undefined {
  if (typeof value === 'string') return prefixes.reduce((text, prefix) => text.replaceAll(prefix, ''), value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item: Json) => strip(item, prefixes) as Json)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, strip(member, prefixes) as Json]))
}
