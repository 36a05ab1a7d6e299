import { describe, expect, it } from 'vitest'
import { withKinds } from '../../scripts/language-reference.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'

describe('withKinds', () => {
  const page = withKinds('# Rules\n\nFirst the rules.\n', fakeCatalog)
  it('keeps what is written by hand and adds the kinds by role', () => {
    expect(page).toMatch(/^# Rules\n\nFirst the rules\.\n\n<!-- .*generated.* -->\n\n# The kinds\n/)
    expect(page).toContain('- Sources: [`model`](#model), [`text`](#text)')
    expect(page).toContain('- **`length`** (a whole number, ≥ 2, default `20`): Tokens in a sequence\n')
    expect(page).toContain('- **`path`** (path \\| text, needed): A text file, or a stage that gives one\n')
    expect(page).toContain('```yaml\nmy-text:\n  use: text\n')
  })
  it('replaces what it wrote before, and nothing else', () => {
    expect(withKinds(page, fakeCatalog)).toBe(page)
    const stale = page.replace('Tokens in a sequence', 'Something else')
    expect(withKinds(stale, fakeCatalog)).toBe(page)
  })
})
