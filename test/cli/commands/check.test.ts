import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInProcess } from '../../rig/fake-host.ts'

const env = { ASSAY_CATALOG: join(import.meta.dirname, '../../rig/fake-catalog-module.ts') }
let cwd = ''
const right =
  'assay: 1\nparams: { folder: model }\nstages:\n  subject:\n    use: model\n    with: { path: "./${params.folder}" }\n'
const wrong = 'assay: 1\nstages:\n  subject:\n    use: modle\n'

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-check-'))
  mkdirSync(join(cwd, 'model'))
  writeFileSync(join(cwd, 'right.yaml'), right)
  writeFileSync(join(cwd, 'wrong.yaml'), wrong)
})
afterAll(() => {
  rmSync(cwd, { recursive: true })
})
const check = (...args: string[]): ReturnType<typeof runInProcess> => runInProcess(['check', ...args], { cwd, env })

describe('assay check', () => {
  it('exits 0 for a file without mistakes', async () => {
    expect(await check('right.yaml')).toEqual({ code: 0, stdout: 'right.yaml: fine, 1 stage\n', stderr: '' })
  })
  it('exits 2 and shows the token, without colours where there is no terminal', async () => {
    const { code, stderr } = await check('wrong.yaml')
    expect(code).toBe(2)
    expect(stderr).toContain('wrong.yaml:4:10: error[stage-kinds-exist]: there is no stage kind `modle`')
    expect(stderr).toContain('  4 |     use: modle\n    |          ^~~~~\n')
    expect(stderr).not.toContain('\u001b[')
  })
  it('checks every file, and exits 2 if one is wrong', async () => {
    const { code, stdout, stderr } = await check('wrong.yaml', 'right.yaml', 'missing.yaml')
    expect(code).toBe(2)
    expect(stdout).toBe('right.yaml: fine, 1 stage\n')
    expect(stderr).toContain('there is no file missing.yaml')
  })
  it('names a near file where one is missing', async () => {
    const { code, stderr } = await check('rihgt.yaml')
    expect(code).toBe(2)
    expect(stderr).toBe(`error: there is no file rihgt.yaml\n  help: did you mean ${join(cwd, 'right.yaml')}?\n`)
  })
  it('tells a folder from a file', async () => {
    expect((await check('model')).stderr).toContain('model is a folder, not a pipeline file')
  })
  it('takes parameters', async () => {
    expect((await check('right.yaml', '-p', 'folder=model')).code).toBe(0)
    expect((await check('right.yaml', '-p', 'folder=nowhere')).stderr).toContain('error[paths-exist]')
    expect((await check('right.yaml', '-p', 'foldr=model')).stderr).toContain('did you mean `folder`?')
    expect((await check('right.yaml', '-p', 'folder')).stderr).toContain('-p folder sets nothing')
  })
  it('prints findings as JSON', async () => {
    const { code, stdout, stderr } = await check('wrong.yaml', '--format', 'json')
    expect(code).toBe(2)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject([
      { code: 'stage-kinds-exist', severity: 'error', span: { line: 4, column: 10, length: 5 } },
    ])
  })
  it('colours when told to', async () => {
    const { stderr } = await runInProcess(['check', 'wrong.yaml'], { cwd, env: { ...env, FORCE_COLOR: '1' } })
    expect(stderr).toContain('\u001b[')
    const plain = await runInProcess(['check', 'wrong.yaml'], { cwd, env: { ...env, FORCE_COLOR: '1', NO_COLOR: '1' } })
    expect(plain.stderr).not.toContain('\u001b[')
  })
})
