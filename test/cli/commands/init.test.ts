import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { schemaFile } from '../../../src/cli/schema-file.ts'
import { runInProcess } from '../../rig/fake-host.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-init-'))
})
afterEach(() => {
  rmSync(cwd, { recursive: true })
})
const init = (...args: string[]): ReturnType<typeof runInProcess> => runInProcess(['init', ...args], { cwd })
const read = (...names: string[]): string => readFileSync(join(cwd, ...names), 'utf8')

describe('assay init', () => {
  it('writes a pipeline that check and fmt have nothing against', async () => {
    const { code, stdout, stderr } = await init('study')
    expect({ code, stderr }).toEqual({ code: undefined, stderr: '' })
    expect(stdout).toContain('wrote study/pipeline.yaml\n')
    expect(stdout).toContain('next: assay check study/pipeline.yaml\n      assay run study/pipeline.yaml\n')
    const checked = await runInProcess(['check', 'study/pipeline.yaml'], { cwd })
    expect(checked).toEqual({ code: 0, stdout: 'study/pipeline.yaml: fine, 6 stages\n', stderr: '' })
    const formatted = await runInProcess(['fmt', '--check', 'study/pipeline.yaml'], { cwd })
    expect(formatted).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(read('study', 'pipeline.yaml')).toContain('\nname: study\n')
  })
  it('gives editors a schema that goes with the pipeline, and both of their modelines', async () => {
    await init()
    const [first, second] = read('pipeline.yaml').split('\n')
    expect(first).toBe('# yaml-language-server: $schema=./pipeline.schema.json')
    expect(second).toBe('# $schema: ./pipeline.schema.json')
    expect(read('pipeline.schema.json')).toBe(readFileSync(schemaFile, 'utf8'))
  })
  it('names the schema of a package that lies in the project', async () => {
    const { placeSchema } = await import('../../../src/cli/starter-files.ts')
    const root = join(schemaFile, '../..')
    expect(placeSchema(join(root, 'studies/one'), root)).toEqual({
      schema: '../../schema/pipeline.schema.json',
      written: [],
    })
    expect(placeSchema(root, root)).toEqual({ schema: './schema/pipeline.schema.json', written: [] })
    expect(relative(root, schemaFile)).toBe(join('schema', 'pipeline.schema.json'))
  })
  it('keeps the store out of git: writes .gitignore, or adds to it once', async () => {
    mkdirSync(join(cwd, '.git'))
    writeFileSync(join(cwd, '.gitignore'), 'node_modules')
    expect((await init('a')).stdout).toContain('extended .gitignore\n')
    expect(read('.gitignore')).toMatch(/^node_modules\n#.*\n\.assay\/\n$/)
    const before = read('.gitignore')
    expect((await init('b.yaml')).stdout).not.toContain('.gitignore')
    expect(read('.gitignore')).toBe(before)
    expect(existsSync(join(cwd, 'a', '.gitignore'))).toBe(false)
  })
  it.each([
    ['pipeline.yaml', []],
    ['x.yaml', ['x.yaml']],
    ['sub/pipeline.yaml', ['sub']],
  ])('never overwrites %s', async (file, args) => {
    mkdirSync(join(cwd, 'sub'))
    writeFileSync(join(cwd, file), 'mine')
    const { code, stdout, stderr } = await init(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`error: ${file} exists already\n  help: name another file`)
    expect(read(file)).toBe('mine')
    expect(existsSync(join(cwd, '.gitignore'))).toBe(false)
  })
  it('names a pipeline after its file, in quotes where needed', async () => {
    await init('2 odd: names.yaml')
    expect(read('2 odd: names.yaml')).toContain('\nname: "2 odd: names"\n')
    expect((await runInProcess(['check', '2 odd: names.yaml'], { cwd })).code).toBe(0)
  })
  it('says where it cannot write', async () => {
    writeFileSync(join(cwd, 'file'), '')
    const { code, stderr } = await init('file/deeper/x.yaml')
    expect(code).toBe(2)
    expect(stderr).toContain('error: cannot write')
  })
  it.each([
    ['a file', 'file', 'file exists already'],
    ['a place below a file', 'file/x', 'cannot write file/x/pipeline.yaml: CWD/file is a file, not a folder'],
    ['a file below a file', 'file/x/y.yaml', 'cannot write file/x/y.yaml: CWD/file is a file, not a folder'],
    ['a link to nowhere', 'dangling', 'cannot write dangling/pipeline.yaml: something that is no folder is in the way'],
    ['no name', ' ', 'the place has no name'],
    ['too long a name', 'x'.repeat(300), `cannot write ${'x'.repeat(300)}/pipeline.yaml: the name is too long`],
    ['where nothing can be made', '/proc/x', 'cannot write /proc/x/pipeline.yaml: nothing can be made there'],
    ['below where nothing can be made', '/proc/x/y.yaml', 'cannot write /proc/x/y.yaml: nothing can be made there'],
  ])('gives one clear error for %s', async (_what, place, message) => {
    writeFileSync(join(cwd, 'file'), '')
    symlinkSync('nowhere', join(cwd, 'dangling'))
    const { code, stdout, stderr } = await init(place)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.split('\n')[0]).toBe(`error: ${message.replace('CWD', cwd)}`)
    expect(stderr.match(/error:/g)).toHaveLength(1)
    expect(readdirSync(cwd).sort()).toEqual(['dangling', 'file'])
  })
})
