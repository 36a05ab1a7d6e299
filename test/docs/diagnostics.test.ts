import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diagnosticPages, examples } from '../../scripts/diagnostic-pages.ts'
import { diagnosticCodes, diagnosticPage, summaryOf } from '../../src/cli/diagnostic-page.ts'
import { filesBelow, root } from '../house/files-below.ts'

/** Every code that the source writes into a finding. */
const codesInSource = new Set(
  ['src/compiler', 'src/cli'].flatMap((folder) =>
    filesBelow(folder, /\.ts$/).flatMap((file) =>
      [...readFileSync(join(root, folder, file), 'utf8').matchAll(/\bcode(?: =|:) '([a-z]+(?:-[a-z0-9]+)+)'/g)].map(
        ([, code = '']) => code,
      ),
    ),
  ),
)
/** What `assay check` says of a file that it cannot read: there is no pipeline that could be an example. */
const withoutExample = ['files-exist']

describe('docs/diagnostics', () => {
  it('has a page for every code in the source, and no other', () => {
    expect(codesInSource.size).toBeGreaterThan(25)
    expect(diagnosticCodes()).toEqual([...codesInSource].sort())
  })
  it('has an example for every code', () => {
    const codes = new Set(examples().map(({ code }) => code))
    expect(diagnosticCodes().filter((code) => !codes.has(code))).toEqual(withoutExample)
  })
  it('has at least 60 examples of errors, each with its output', () => {
    const pairs = examples().filter(({ folder }) => folder === 'err')
    expect(pairs.length).toBeGreaterThan(60)
    const missing = pairs.filter(({ folder, name }) => !existsSync(join(root, 'test/golden', folder, `${name}.out`)))
    expect(missing).toEqual([])
  })
  it.each(diagnosticCodes())('%s says what, why and what to do', (code) => {
    const page = diagnosticPage(code) ?? ''
    expect(page.startsWith(`# ${code}\n\n`)).toBe(true)
    expect(summaryOf(page)).toMatch(/^[A-Z`].*\.$/)
    expect(page).toMatch(/\n## Why\n\n\S[^]*\n## What to do\n\n\S/)
  })
  it.each(diagnosticPages.map(({ file, text }) => ({ file: file.slice(root.length), text })))(
    '$file is what the golden tests say',
    async ({ file, text }) => {
      expect(readFileSync(join(root, file), 'utf8'), 'npm run generate').toBe(await text())
    },
  )
})
