import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { kindPage } from '../../scripts/language-reference.ts'
import { catalog } from '../../src/lab/index.ts'
import { filesBelow, root } from '../house/files-below.ts'
import { runInProcess } from '../rig/fake-host.ts'

const kinds = catalog.all()

describe('the page of each kind', () => {
  it.each(kinds)('documents $name: its inputs, templates, parameters, outputs and metrics', (kind) => {
    const page = kindPage(kind, catalog, undefined)
    const names = [kind.inputs, kind.templates, kind.params.properties, kind.outputs, kind.metrics].flatMap((part) =>
      Object.keys(part ?? {}),
    )
    expect(page).toContain(`use: ${kind.name}\n`)
    expect(names.filter((name) => !page.includes(`**\`${name}\`**`))).toEqual([])
  })
})

describe('pipelines/kinds', () => {
  const shown = kinds.filter(({ role }) => role !== 'part').map(({ name }) => `pipelines/kinds/${name}.yaml`)
  it('has a pipeline for every kind that one can name, and no other', () => {
    expect(
      filesBelow('pipelines/kinds', /\.yaml$/)
        .map((file) => `pipelines/kinds/${file}`)
        .sort(),
    ).toEqual(shown.sort())
  })
  it.each(shown.filter((file) => existsSync(path.join(root, file))))('%s is right and uses its kind', async (file) => {
    expect(readFileSync(path.join(root, file), 'utf8')).toMatch(new RegExp(`use: ${path.basename(file, '.yaml')}\\b`))
    // Those for models that are not shipped ask for a folder; `check` reads no weights.
    const asked = /^ {2}model: \{ type: string/m.test(readFileSync(path.join(root, file), 'utf8'))
    const { code, stderr } = await runInProcess(['check', file, ...(asked ? ['-p', 'model=../tiny/model'] : [])], {
      cwd: root,
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect((await runInProcess(['fmt', '--check', file], { cwd: root })).stderr).toBe('')
  })
})
