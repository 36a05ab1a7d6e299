import { readdirSync, readFileSync } from 'node:fs'

/** The same place from the sources as from the build. */
const folder = new URL('../../docs/diagnostics/', import.meta.url)

/** Every code that has a page, in order. */
export const diagnosticCodes = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => name.replace(/\.md$/, ''))
    .sort()

/** The page of a code, as Markdown: what the mistake is, why it is one, what to do, examples. */
export const diagnosticPage = (code: string): string | undefined =>
  diagnosticCodes().includes(code) ? readFileSync(new URL(`${code}.md`, folder), 'utf8') : undefined

/** The first paragraph of a page, on one line. */
export const summaryOf = (page: string): string => (page.split('\n\n')[1] ?? '').replace(/\s+/g, ' ').trim()

/** A page without its examples. */
export const proseOf = (page: string): string => `${(page.split('<!--')[0] ?? '').trimEnd()}\n`
