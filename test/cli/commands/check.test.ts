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
  it('takes a file of parameters, over which -p wins', async () => {
    writeFileSync(join(cwd, 'values.yaml'), 'folder: nowhere\n')
    writeFileSync(join(cwd, 'values.json'), '{ "folder": 3, "foldr": "model" }')
    expect((await check('right.yaml', '--params', 'values.yaml')).stderr).toContain('error[paths-exist]')
    expect((await check('right.yaml', '--params', 'values.yaml', '-p', 'folder=model')).code).toBe(0)
    const { stderr } = await check('right.yaml', '--params', 'values.json')
    expect(stderr).toContain('values.json:1:13: error[params-are-set]: `folder` must be text, but this is 3')
    expect(stderr).toContain('1 | { "folder": 3, "foldr": "model" }')
    expect(stderr).toContain('values.json:1:16: error[params-are-set]: this pipeline has no parameter `foldr`')
    expect((await check('right.yaml', '--params', 'none.yaml')).stderr).toContain('there is no file none.yaml')
  })
  it('shows what is wrong in a file that a stage is made of', async () => {
    writeFileSync(join(cwd, 'outer.yaml'), 'assay: 1\nstages:\n  a: { use: ./wrong.yaml }\n')
    const { code, stderr } = await check('outer.yaml')
    expect(code).toBe(2)
    expect(stderr).toContain('wrong.yaml:4:10: error[stage-kinds-exist]')
    expect(stderr).toContain('  4 |     use: modle\n    |          ^~~~~\n')
  })
  it('prints findings as JSON', async () => {
    const { code, stdout, stderr } = await check('wrong.yaml', '--format', 'json')
    expect(code).toBe(2)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject([
      { code: 'stage-kinds-exist', severity: 'error', span: { line: 4, column: 10, length: 5 } },
    ])
  })
  it('gives a place for a file that is not there, too', async () => {
    const { code, stdout } = await check('missing.yaml', '--format', 'json')
    expect(code).toBe(2)
    const span = { file: join(cwd, 'missing.yaml'), line: 1, column: 1, offset: 0, length: 1 }
    expect(JSON.parse(stdout)).toMatchObject([{ code: 'files-exist', severity: 'error', span }])
  })
  it('prints findings of all files as annotations of GitHub', async () => {
    const { code, stdout, stderr } = await check('wrong.yaml', 'right.yaml', 'missing.yaml', '--format', 'github')
    expect([code, stderr]).toEqual([2, ''])
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^::error file=wrong\.yaml,line=4,col=10,title=stage-kinds-exist::there is no stage kind/),
      expect.stringMatching(/^::error file=missing\.yaml,line=1,col=1,title=files-exist::/),
      '',
    ])
  })
  it('prints findings as SARIF, with the page of each code', async () => {
    const { code, stdout } = await check('wrong.yaml', '--format', 'sarif')
    expect(code).toBe(2)
    const rules = [
      { id: 'stage-kinds-exist', help: { text: expect.stringMatching(/^# stage-kinds-exist\n/) as string } },
    ]
    expect(JSON.parse(stdout)).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { rules } } }] })
    expect(stdout).not.toContain('Examples')
  })
  it('prints an empty list and log where all is well', async () => {
    expect(await check('right.yaml', '--format', 'json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
    expect(await check('right.yaml', '--format', 'github')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(JSON.parse((await check('right.yaml', '--format', 'sarif')).stdout)).toMatchObject({
      runs: [{ results: [] }],
    })
  })
  it('reads files with a byte order mark, and tells bytes that are not UTF-8', async () => {
    writeFileSync(join(cwd, 'mark.yaml'), `\ufeff${right}`)
    expect((await check('mark.yaml')).code).toBe(0)
    writeFileSync(join(cwd, 'latin.yaml'), Buffer.from(`# caf\u00e9\n${right}`, 'latin1'))
    expect((await check('latin.yaml')).stderr).toContain('latin.yaml:1:6: error[text-is-utf-8]: this byte is not UTF-8')
    writeFileSync(join(cwd, 'wide.yaml'), Buffer.from(`\ufeff${right}`, 'utf16le'))
    expect((await check('wide.yaml')).stderr).toContain('wide.yaml:1:1: error[text-is-utf-8]: this file is UTF-16')
  })
  it.skipIf(process.platform === 'win32')('refuses a file without an end', async () => {
    expect((await check('/dev/zero')).stderr).toContain('error[document-is-bounded]')
  })
  it('colours when told to', async () => {
    const { stderr } = await runInProcess(['check', 'wrong.yaml'], { cwd, env: { ...env, FORCE_COLOR: '1' } })
    expect(stderr).toContain('\u001b[')
    const plain = await runInProcess(['check', 'wrong.yaml'], { cwd, env: { ...env, FORCE_COLOR: '1', NO_COLOR: '1' } })
    expect(plain.stderr).not.toContain('\u001b[')
  })
})
