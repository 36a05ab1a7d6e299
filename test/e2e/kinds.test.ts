import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesBelow, root } from '../house/files-below.ts'
import { loader, mainFile } from '../rig/orchestrator-worker-command.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-kinds-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

// One store for all: many begin with the same stages.
describe('the pipeline of every kind', () => {
  it.each(filesBelow('pipelines/kinds', /\.yaml$/))(
    '%s runs',
    async (file) => {
      const places = ['--store', join(folder, 'store'), '--runs', join(folder, 'runs')]
      const { all, exitCode } = await execa(
        process.execPath,
        [...loader, mainFile, 'run', join(root, 'pipelines/kinds', file), '--plain', ...places],
        { cwd: root, all: true, reject: false, env: { CI: 'true', NO_COLOR: '1' } },
      )
      expect(exitCode, all).toBe(0)
    },
    120_000,
  )
})
