import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { catalog } from '../src/lab/index.ts'
import { kindPage } from './language-reference.ts'

const pages = new URL('../docs/kinds/', import.meta.url)
const pipelines = new URL('../pipelines/kinds/', import.meta.url)

/** A page for every kind, with the pipeline that runs it: parts of other kinds have none. */
export const kindPages = catalog.all().map((kind) => ({
  file: fileURLToPath(new URL(`${kind.name}.md`, pages)),
  text: (): string => {
    const pipeline = new URL(`${kind.name}.yaml`, pipelines)
    return kindPage(kind, catalog, existsSync(pipeline) ? readFileSync(pipeline, 'utf8') : undefined)
  },
}))
