import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesBelow, root } from '../house/files-below.ts'
import { gpt2Folder } from '../lab/gpt2-folder.ts'

let folder = ''
let gpt2 = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-kinds-'))
  gpt2 = await gpt2Folder(join(folder, 'gpt2'))
})
/** What a pipeline asks for: those for models that are not shipped want the folder of one. */
const asked = (file: string): string[] =>
  /^ {2}model: \{ type: string/m.test(readFileSync(join(root, 'pipelines/kinds', file), 'utf8'))
    ? ['-p', `model=${gpt2}`]
    : []
afterAll(() => {
  rmSync(folder, { recursive: true })
})

// As people run it, from dist/, and with one store for all: many begin with the same stages.
describe('the pipeline of every kind', () => {
  it.each(filesBelow('pipelines/kinds', /\.yaml$/))('%s runs', async (file) => {
    const places = ['--store', join(folder, 'store'), '--runs', join(folder, 'runs')]
    const { all, exitCode } = await execa(
      process.execPath,
      [join(root, 'bin/assay.js'), 'run', join(root, 'pipelines/kinds', file), '--plain', ...places, ...asked(file)],
      { cwd: root, all: true, reject: false, env: { CI: 'true', NO_COLOR: '1' } },
    )
    expect(exitCode, all).toBe(0)
  })
})
