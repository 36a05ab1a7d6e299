import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loader, mainFile } from '../rig/orchestrator-worker-command.ts'
import { furnish, missingLine, stepsOf, write } from '../rig/tutorial.ts'

let cwd = ''
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-tutorial-'))
  furnish(cwd)
})
afterAll(() => {
  rmSync(cwd, { recursive: true })
})

// One after the other, as a reader does: what is cached depends on what ran before.
describe('following the tutorial', () => {
  for (const step of stepsOf('docs/tutorial.md')) {
    if (step.type === 'write')
      it(`writes ${step.file}`, () => {
        write(cwd, step)
      })
    // Commands that only read files are shown to the letter in test/docs.
    else if (['run', 'plan'].includes(step.args[0]!))
      it(`${step.label} prints what is shown`, async () => {
        const { all } = await execa(process.execPath, [...loader, mainFile, ...step.args], {
          cwd,
          all: true,
          reject: false,
          env: { CI: 'true', NO_COLOR: '1' },
        })
        expect(missingLine(step.shown, all, { isExact: false }), all).toBeUndefined()
      })
  }
})
