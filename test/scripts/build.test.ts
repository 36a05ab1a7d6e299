import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { build } from '../../scripts/build.mjs'
import { isStale } from '../../scripts/is-stale.mjs'
import { root } from '../house/files-below.ts'

describe('build', () => {
  let folder = ''
  const put = async (file: string, text: string): Promise<void> => {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
    await writeFile(path.join(folder, file), text)
  }
  const touch = async (file: string): Promise<void> => {
    const later = new Date(Date.now() + 5000)
    await utimes(path.join(folder, file), later, later)
  }
  const run = async (): Promise<string> => (await execa('node', [path.join(folder, 'dist/cli/main.js')])).stdout
  const chunks = async (): Promise<string[]> =>
    (await readdir(path.join(folder, 'dist/chunks'))).filter((name) => name.endsWith('.js'))

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-build-'))
    await put('package.json', '{ "type": "module" }')
    await put('tsconfig.json', await readFile(path.join(root, 'tsconfig.json'), 'utf8'))
    await put(
      'src/cli/main.ts',
      `const { b } = await import('../room/b.ts')\nconst shown: number = b\nconsole.log(shown)\n`,
    )
    await put('src/room/b.ts', 'export const b = 1\n')
    await put('src/stage/kind.ts', `import type { C } from '../c.ts'\nexport const kind: C = 2\n`)
    await put('src/c.ts', 'export type C = number\n')
    await sleep(10) // so that the build surely begins later, by a clock that may be coarse
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('bundles the program, the modules of stage/, and what is loaded on demand as a chunk', async () => {
    expect(await build(folder)).toBeGreaterThan(0)
    expect(await run()).toBe('1')
    expect(await readFile(path.join(folder, 'dist/stage/kind.js'), 'utf8')).toContain('export{')
    expect(await chunks()).toEqual([expect.stringMatching(/^b-/)])
  })
  it('makes the quick program, which begins with the digest of its text', async () => {
    await put('src/cli/run-process.ts', `import { b } from '../room/b.ts'\nexport const runProcess = () => b\n`)
    await build(folder)
    const script = await readFile(path.join(folder, 'dist/quick/program.cjs'), 'utf8')
    expect(script.slice(2, 34)).toBe(createHash('sha256').update(script.slice(36)).digest('hex').slice(0, 32))
    expect(script).toContain('runProcess')
  })
  it('does nothing the second time, and builds again when a source or a setting is newer', async () => {
    await build(folder)
    expect(await build(folder)).toBe(0)
    await put('src/room/b.ts', 'export const b = 3\n')
    await touch('src/room/b.ts')
    expect(isStale(folder)).toBe(true)
    await build(folder)
    expect(await run()).toBe('3')
    await touch('package.json')
    expect(isStale(folder)).toBe(true)
  })
  it('keeps chunks of the build before for processes that run, until a clean build', async () => {
    await build(folder)
    await put('src/room/b.ts', 'export const b = 3\n')
    await touch('src/room/b.ts')
    await build(folder)
    expect(await chunks()).toHaveLength(2)
    await build(folder, { clean: true })
    expect(await chunks()).toHaveLength(1)
    expect(await run()).toBe('3')
  })
  it('names the place of a mistake and leaves the files as they were', async () => {
    await build(folder)
    await put('src/room/b.ts', 'export const = 1\n')
    await touch('src/room/b.ts')
    await expect(build(folder)).rejects.toThrow(/^src\/room\/b\.ts:1:14: /)
    expect(await run()).toBe('1')
    expect((await stat(path.join(folder, 'dist/cli/main.js'))).size).toBeGreaterThan(0)
  })
})
