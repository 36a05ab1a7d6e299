import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withKinds } from '../../scripts/language-reference.ts'
import { paramTypes } from '../../src/compiler/spec.ts'
import { catalog } from '../../src/lab/index.ts'
import { root } from '../house/files-below.ts'
import { runInProcess } from '../rig/fake-host.ts'
import { furnish } from '../rig/tutorial.ts'

const page = readFileSync(path.join(root, 'docs/language.md'), 'utf8')
const [rules = ''] = page.split('\n# The kinds\n')
// Made anew: whether the committed page is fresh, `npm run check` asks.
const [, kinds = ''] = withKinds(page, catalog).split('\n# The kinds\n')
const pipelines = [...rules.matchAll(/^## ([^\n]*)\n(?:(?!^## ).)*?^```yaml\n(.*?)^```$/gms)]

let cwd = ''
beforeAll(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-language-'))
  furnish(cwd)
  copyFileSync(path.join(root, 'pipelines/train-tiny.yaml'), path.join(cwd, 'train-tiny.yaml'))
})
afterAll(() => {
  rmSync(cwd, { recursive: true })
})

describe('the language reference', () => {
  it('has pipelines', () => {
    expect(pipelines.length).toBeGreaterThan(4)
  })
  it.each(pipelines.map(([, title, text]) => [title!, text!]))(
    'shows a right pipeline under "%s"',
    async (_title, text) => {
      writeFileSync(path.join(cwd, 'x.yaml'), text)
      const { code, stderr } = await runInProcess(['check', 'x.yaml'], { cwd })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect((await runInProcess(['fmt', '--check', 'x.yaml'], { cwd })).stderr).toBe('')
    },
  )
  it('names every type of a parameter', () => {
    expect(paramTypes.filter((type) => !rules.includes(`\`${type}\``))).toEqual([])
  })
  it('leads to the page of every kind', () => {
    for (const { name } of catalog.all()) expect(kinds).toContain(`](kinds/${name}.md)`)
  })
})
