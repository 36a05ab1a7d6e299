import { describe, expect, it } from 'vitest'
import { kindPage, withKinds } from '../../scripts/language-reference.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'

describe('withKinds', () => {
  const page = withKinds('# Rules\n\nFirst the rules.\n', fakeCatalog)
  it('keeps what is written by hand and adds the kinds by role', () => {
    expect(page).toMatch(/^# Rules\n\nFirst the rules\.\n\n<!-- .*generated.* -->\n\n# The kinds\n/)
    expect(page).toMatch(/## Sources\n\n- \[`model`\]\(kinds\/model\.md\): .*\n- \[`text`\]\(kinds\/text\.md\)/)
  })
  it('replaces what it wrote before, and nothing else', () => {
    expect(withKinds(page, fakeCatalog)).toBe(page)
    const stale = page.replace('kinds/model.md', 'somewhere')
    expect(withKinds(stale, fakeCatalog)).toBe(page)
  })
})

describe('kindPage', () => {
  const kind = fakeCatalog.get('text')
  if (kind === undefined) throw new Error('the fake catalog has a kind text')
  const page = kindPage(kind, fakeCatalog, 'assay: 1\n')
  it('tells everything about a kind, and shows the pipeline', () => {
    expect(page).toContain('\n# text\n')
    expect(page).toContain('- **`length`** (a whole number, ≥ 2, default `20`): Tokens in a sequence\n')
    expect(page).toContain('- **`path`** (path \\| text, needed): A text file, or a stage that gives one\n')
    expect(page).toContain('```yaml\nmy-text:\n  use: text\n')
    expect(page).toContain('`npx assay run pipelines/kinds/text.yaml`:\n\n```yaml\nassay: 1\n```\n')
  })
})
