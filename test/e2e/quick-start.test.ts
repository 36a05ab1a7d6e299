import { readdirSync } from 'node:fs'
import { appendFile, cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../house/files-below.ts'

const yamlBelow = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => path.join(folder, name))

describe('assay check by the quick program', () => {
  let folder = ''
  const check = async (program: string, args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await execa('node', [path.join(folder, program), 'check', ...args], {
      cwd: root,
      reject: false,
    })
    return { exitCode, stdout, stderr }
  }
  const caches = async (): Promise<string[]> =>
    (await readdir(path.join(folder, 'dist/quick'))).filter((name) => name.endsWith('.cache'))

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-quick-'))
    for (const name of ['bin', 'scripts', 'src', 'schema', 'docs/diagnostics', 'package.json', 'tsconfig.json'])
      await cp(path.join(root, name), path.join(folder, name), { recursive: true })
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
    await execa('node', [path.join(folder, 'scripts/build.mjs')])
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const shipped = yamlBelow('pipelines')
  const wrong = yamlBelow('test/golden/err')
  it.each([
    ['shipped pipelines', shipped],
    ['mistakes', wrong],
    ['mistakes as JSON', ['--format', 'json', ...wrong]],
    ['mistakes as SARIF', ['--format', 'sarif', ...wrong]],
    ['mistakes for GitHub', ['--format', 'github', ...wrong]],
    ['what is no file', ['no/such/file.yaml']],
    ['help', ['--help']],
  ])('says of %s what the whole program says, with a code cache and without', async (_, args) => {
    const whole = await check('dist/cli/main.js', args)
    expect(await check('bin/assay.js', args)).toEqual(whole)
    expect(await check('bin/assay.js', args)).toEqual(whole)
    expect(whole.stdout.length + whole.stderr.length).toBeGreaterThan(20)
    expect(whole.stderr).not.toContain('mistake of assay itself')
  })

  it('keeps one cache, and refuses one of another text, of another V8, or of none', async () => {
    const [file] = await caches()
    expect(await caches()).toEqual([expect.stringMatching(/^[0-9a-f]{32}-.*\.cache$/)])
    const at = path.join(folder, 'dist/quick', file!)
    for (const content of ['', 'no cache at all', 'x'.repeat(100_000)]) {
      await writeFile(at, content)
      expect((await check('bin/assay.js', ['pipelines/quickstart.yaml'])).stdout).toContain('fine, 5 stages')
    }
    await appendFile(path.join(folder, 'src/cli/run-process.ts'), '\nexport const other = 1\n')
    expect((await check('bin/assay.js', ['pipelines/quickstart.yaml'])).stdout).toContain('fine, 5 stages')
    expect(await caches()).toHaveLength(1)
    expect((await caches())[0]).not.toBe(file)
  })
})
