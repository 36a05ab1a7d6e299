import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { schemaFile } from '../src/cli/schema-file.ts'
import { schemaText } from '../src/compiler/schema.ts'
import { catalog } from '../src/lab/index.ts'
import { diagnosticPages } from './diagnostic-pages.ts'
import { kindPages } from './kind-pages.ts'
import { withKinds } from './language-reference.ts'
import { operatorTable } from './operator-table.ts'

/** A committed file that is made, in whole or in part, from the source. */
export interface Generated {
  readonly file: string
  /** What it should say now. */
  text(): Promise<string>
}

const languagePage = fileURLToPath(new URL('../docs/language.md', import.meta.url))
const operatorsPage = fileURLToPath(new URL('../docs/operators.md', import.meta.url))

export const generated: readonly Generated[] = [
  { file: schemaFile, text: () => Promise.resolve(schemaText(catalog)) },
  { file: languagePage, text: () => inHouseStyle(withKinds(readFileSync(languagePage, 'utf8'), catalog)) },
  { file: operatorsPage, text: () => inHouseStyle(operatorTable()) },
  ...kindPages.map(({ file, text }) => ({ file, text: () => inHouseStyle(text()) })),
  ...diagnosticPages,
]

async function inHouseStyle(markdown: string): Promise<string> {
  return format(markdown, { ...(await resolveConfig(languagePage)), parser: 'markdown' })
}
