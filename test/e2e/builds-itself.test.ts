import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../house/files-below.ts'

describe('bin/assay.js', () => {
  let folder = ''
  const assay = (...args: string[]) =>
    execa('node', [path.join(folder, 'bin/assay.js'), ...args], { reject: false, all: true })

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-clone-'))
    for (const name of ['bin', 'scripts', 'src', 'package.json', 'tsconfig.json']) {
      await cp(path.join(root, name), path.join(folder, name), { recursive: true })
    }
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('builds a clone that was never built', async () => {
    const { exitCode, all } = await assay('--version')
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string })
  })
  it('runs an installed package, which has no sources', async () => {
    await rm(path.join(folder, 'src'), { recursive: true })
    await rm(path.join(folder, 'scripts'), { recursive: true })
    const { exitCode, all } = await assay('--help')
    expect(exitCode).toBe(0)
    expect(all).toContain('Usage: assay')
  })
})
