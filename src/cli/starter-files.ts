import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { makeFolder } from '../orchestrator/make-folder.ts'
import { projectRoot } from '../orchestrator/project.ts'
import { probe } from './load-pipeline.ts'
import { schemaFile } from './schema-file.ts'
import { starterPipeline } from './starter-pipeline.ts'
import { UserError } from './user-error.ts'
import { whyNotWritten } from './why-not-written.ts'

/** What was done to a file, in one word, for the user to read. */
export interface WrittenFile {
  readonly path: string
  readonly did: 'wrote' | 'extended'
}

/**
 * Writes a first pipeline, its schema where the package lies outside the project, and the lines of .gitignore that keep
 * the store out of git. Files that are there stay; a .gitignore grows. Throws UserError where a file cannot be written.
 */
export function writeStarterFiles({ file, name }: { file: string; name: string }, shown: string): WrittenFile[] {
  const folder = dirname(file)
  try {
    makeFolder(folder)
    const root = projectRoot(folder)
    const { schema, written } = placeSchema(folder, root)
    writeFileSync(file, starterPipeline({ name, schema }), { flag: 'wx' })
    return [{ path: file, did: 'wrote' }, ...written, ...ignoreStore(root)]
  } catch (error) {
    throw new UserError(`cannot write ${shown}: ${whyNotWritten(file, error)}`, 'name another folder')
  }
}

/**
 * The schema's path as the pipeline names it. A package inside the project is named where it is; from another place,
 * whose path would be wrong on the next machine, the schema is copied beside the pipeline.
 */
export function placeSchema(folder: string, root: string): { schema: string; written: WrittenFile[] } {
  const isInside = !relative(root, schemaFile).startsWith(`..${sep}`)
  if (isInside) {
    const path = relative(folder, schemaFile).split(sep).join('/')
    return { schema: path.startsWith('.') ? path : `./${path}`, written: [] }
  }
  const copy = join(folder, 'pipeline.schema.json')
  const schema = './pipeline.schema.json'
  if (probe(copy) !== undefined) return { schema, written: [] }
  copyFileSync(schemaFile, copy)
  return { schema, written: [{ path: copy, did: 'wrote' }] }
}

function ignoreStore(root: string): WrittenFile[] {
  const path = join(root, '.gitignore')
  const before = probe(path) === undefined ? undefined : readFileSync(path, 'utf8')
  if (before?.split(/\r?\n/).some((line) => /^\/?\.assay\/?$/.test(line.trim())) === true) return []
  const gap = before === undefined || before === '' || before.endsWith('\n') ? '' : '\n'
  appendFileSync(path, `${gap}# Stored results of assay; the records in runs/ are meant to be committed.\n.assay/\n`)
  return [{ path, did: before === undefined ? 'wrote' : 'extended' }]
}
