import { mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { build, findStale } from '../../scripts/build.mjs'
import { root } from '../house/files-below.ts'

describe('build', () => {
  let folder = ''
  const put = async (file: string, text: string): Promise<void> => {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
    await writeFile(path.join(folder, file), text)
  }
  const read = (file: string): Promise<string> => readFile(path.join(folder, file), 'utf8')

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-build-'))
    await put('package.json', '{ "type": "module" }')
    await put('tsconfig.json', await readFile(path.join(root, 'tsconfig.json'), 'utf8'))
    await put('src/a.ts', `import { b } from './room/b.ts'\nimport type { C } from './c.ts'\nexport const a: C = b\n`)
    await put('src/room/b.ts', 'export const b = 1\n')
    await put('src/c.ts', 'export type C = number\n')
    await put('src/view.tsx', 'export const view = <b>text</b>\n')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('writes one module a source, with its imports renamed and its types gone', async () => {
    expect(await build(folder)).toBe(4)
    expect(await read('dist/a.js')).toMatch(/^import \{ b \} from ["']\.\/room\/b\.js["'];\nexport const a = b;/)
    expect(await read('dist/view.js')).toContain('react/jsx-runtime')
    expect(await readdir(path.join(folder, 'dist/room'))).toEqual(['b.js', 'b.js.map'])
    expect(JSON.parse(await read('dist/room/b.js.map'))).toMatchObject({ sources: ['../../src/room/b.ts'] })
  })
  it('does nothing the second time, and then only what changed', async () => {
    await build(folder)
    expect(await build(folder)).toBe(0)
    const later = new Date(Date.now() + 5000)
    await utimes(path.join(folder, 'src/room/b.ts'), later, later)
    expect(findStale(folder)).toEqual({ compile: ['room/b.ts'], remove: [] })
  })
  it('builds everything again when the settings change', async () => {
    await build(folder)
    const later = new Date(Date.now() + 5000)
    await utimes(path.join(folder, 'package.json'), later, later)
    expect(findStale(folder).compile).toHaveLength(4)
  })
  it('removes what has no source any more', async () => {
    await build(folder)
    await rm(path.join(folder, 'src/c.ts'))
    await build(folder)
    await expect(stat(path.join(folder, 'dist/c.js'))).rejects.toThrow('ENOENT')
    await expect(stat(path.join(folder, 'dist/c.js.map'))).rejects.toThrow('ENOENT')
  })
  it('names the place of a syntax error and leaves the file as it was', async () => {
    await build(folder)
    await put('src/room/b.ts', 'export const = 1\n')
    const later = new Date(Date.now() + 5000)
    await utimes(path.join(folder, 'src/room/b.ts'), later, later)
    await expect(build(folder)).rejects.toThrow(/src\/room\/b\.ts:1:14: /)
    expect(await read('dist/room/b.js')).toContain('export const b = 1')
  })
})
