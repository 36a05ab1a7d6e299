import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalog } from '../../src/lab/index.ts'
import type { StageCatalog } from '../../src/stage/catalog.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'

/** A file to start from, with the catalog it was written for. */
export interface CorpusFile {
  readonly file: string
  readonly text: string
  readonly catalog: StageCatalog
}

const root = join(import.meta.dirname, '../..')

/** Files that are as large as files may be, or come to as many stages: a thousand variants of each would take hours. */
const isLarge = ({ file, text }: CorpusFile): boolean =>
  text.length > 20_000 || /\/(?:matrix-is-valid-size|document-is-bounded)/.test(file)

/** The pipelines that are shipped, and the golden files, right and wrong. */
export const corpus: readonly CorpusFile[] = [
  ...read('pipelines', catalog),
  ...read('test/golden/ok', fakeCatalog),
  ...read('test/golden/err', fakeCatalog),
  ...read('test/golden/files', fakeCatalog, '/pipelines/files'),
].filter((file) => !isLarge(file))

function read(folder: string, from: StageCatalog, as = '/pipelines'): CorpusFile[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ file: `${as}/${name}`, text: readFileSync(join(root, folder, name), 'utf8'), catalog: from }))
}
