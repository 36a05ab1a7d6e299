import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInProcess } from '../rig/fake-host.ts'
import { furnish, stepsOf, write } from '../rig/tutorial.ts'

const steps = stepsOf('docs/searches.md').flatMap((step) => (step.type === 'write' ? [step] : []))

describe('docs/searches.md', () => {
  let cwd = ''
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'assay-searches-'))
    furnish(cwd)
    for (const script of ['degrade.py', 'measure.py']) writeFileSync(join(cwd, script), '')
  })
  afterAll(() => {
    rmSync(cwd, { recursive: true })
  })

  it('has pipelines in it', () => {
    expect(steps.map(({ file }) => file)).toEqual(['phenomenon.yaml', 'external.yaml'])
  })
  it.each(steps)('$file is right, and formatted', async (step) => {
    write(cwd, step)
    expect(await runInProcess(['check', step.file], { cwd })).toMatchObject({ code: 0, stderr: '' })
    expect(await runInProcess(['fmt', '--check', step.file], { cwd })).toMatchObject({ code: 0, stderr: '' })
  })
})
