import { chmodSync, lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runInProcess } from '../../rig/fake-host.ts'

let cwd = ''
const odd = 'assay:   1\nstages:\n    a: {use: model}   # why\n'
const even = 'assay: 1\nstages:\n  a: { use: model } # why\n'
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-fmt-'))
  writeFileSync(join(cwd, 'odd.yaml'), odd)
  writeFileSync(join(cwd, 'even.yaml'), even)
  writeFileSync(join(cwd, 'broken.yaml'), 'assay: 1\nname: "x\n')
})
afterEach(() => {
  rmSync(cwd, { recursive: true })
})
const fmt = (...args: string[]): ReturnType<typeof runInProcess> => runInProcess(['fmt', ...args], { cwd })
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8')

describe('assay fmt', () => {
  it('formats in place and names the files it changed', async () => {
    expect(await fmt('odd.yaml', 'even.yaml')).toEqual({ code: 0, stdout: 'odd.yaml\n', stderr: '' })
    expect([read('odd.yaml'), read('even.yaml')]).toEqual([even, even])
    expect((await fmt('odd.yaml')).stdout).toBe('')
  })
  it('--check changes nothing and exits 2 where a file is not formatted', async () => {
    const { code, stderr } = await fmt('--check', 'odd.yaml', 'even.yaml')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'odd.yaml: not formatted\n  help: `assay fmt odd.yaml` formats it\n',
    })
    expect(read('odd.yaml')).toBe(odd)
    expect((await fmt('--check', 'even.yaml')).code).toBe(0)
  })
  it('--stdout prints the text and leaves the file', async () => {
    expect(await fmt('--stdout', 'odd.yaml')).toEqual({ code: 0, stdout: even, stderr: '' })
    expect(read('odd.yaml')).toBe(odd)
    expect((await fmt('--stdout', 'odd.yaml', 'even.yaml')).stderr).toContain('--stdout prints one file')
    expect((await fmt('--stdout', '--check', 'odd.yaml')).code).toBe(2)
  })
  it('refuses what is no YAML with its findings, leaves it alone, and goes on with the others', async () => {
    const { code, stdout, stderr } = await fmt('broken.yaml', 'odd.yaml')
    expect({ code, stdout }).toEqual({ code: 2, stdout: 'odd.yaml\n' })
    expect(stderr).toContain('broken.yaml:2:7: error[yaml-is-valid]')
    expect(read('broken.yaml')).toBe('assay: 1\nname: "x\n')
  })
  it('formats a file that is YAML but no right pipeline', async () => {
    writeFileSync(join(cwd, 'wrong.yaml'), 'stages:\n   a: {use: modle}\n')
    expect((await fmt('wrong.yaml')).code).toBe(0)
    expect(read('wrong.yaml')).toBe('stages:\n  a: { use: modle }\n')
  })
  it('writes through a link and keeps who may read the file', async () => {
    symlinkSync(join(cwd, 'odd.yaml'), join(cwd, 'link.yaml'))
    chmodSync(join(cwd, 'odd.yaml'), 0o640)
    await fmt('link.yaml')
    expect(lstatSync(join(cwd, 'link.yaml')).isSymbolicLink()).toBe(true)
    expect(read('odd.yaml')).toBe(even)
    expect(statSync(join(cwd, 'odd.yaml')).mode & 0o777).toBe(0o640)
  })
  it('says that a file is missing, and formats the others', async () => {
    const { code, stdout, stderr } = await fmt('eben.yaml', 'odd.yaml')
    expect({ code, stdout }).toEqual({ code: 2, stdout: 'odd.yaml\n' })
    expect(stderr).toContain('error: there is no file eben.yaml\n  help: did you mean')
  })
})
