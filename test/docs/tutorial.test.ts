import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInProcess } from '../rig/fake-host.ts'
import { furnish, missingLine, stepsOf, write } from '../rig/tutorial.ts'

const steps = stepsOf('docs/tutorial.md')
let cwd = ''
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-tutorial-'))
  furnish(cwd)
})
afterAll(() => {
  rmSync(cwd, { recursive: true })
})

describe('the tutorial', () => {
  it('is found', () => {
    expect(steps.filter(({ type }) => type === 'write').length).toBeGreaterThan(5)
    expect(steps.filter(({ type }) => type === 'run').length).toBeGreaterThan(5)
  })
  for (const step of steps) {
    if (step.type === 'write')
      it(`${step.label} is ${step.file.startsWith('wrong') ? 'wrong' : 'right, and formatted'}`, async () => {
        write(cwd, step)
        const isWrong = step.file.startsWith('wrong')
        const { code, stderr } = await runInProcess(['check', step.file], { cwd })
        expect(stderr === '', stderr).toBe(!isWrong)
        expect(code).toBe(isWrong ? 2 : 0)
        expect(await runInProcess(['fmt', '--check', step.file], { cwd })).toMatchObject({ code: 0, stderr: '' })
      })
    // What runs is in test/e2e; what only reads the file can be shown here, to the letter.
    else if (['check', 'fmt', 'init', 'kinds'].includes(step.args[0]!))
      it(`${step.label} prints what is shown`, async () => {
        const { stdout, stderr } = await runInProcess(step.args, { cwd })
        expect(missingLine(step.shown, stderr + stdout, { isExact: true }), stderr + stdout).toBeUndefined()
      })
  }
})

describe('missingLine', () => {
  it('finds what is not printed, or not in that order', () => {
    expect(missingLine(['a', 'c'], 'a\nb\nc d', { isExact: true })).toBeUndefined()
    expect(missingLine(['c', 'a'], 'a\nb\nc', { isExact: true })).toBe('a')
    expect(missingLine(['took 3.1 s'], 'took 12 s', { isExact: true })).toBe('took 3.1 s')
    expect(missingLine(['took 3.1 s'], '  took   12 s', { isExact: false })).toBeUndefined()
    expect(missingLine(['took 3.1 s'], 'failed after 12 s', { isExact: false })).toBe('took 3.1 s')
  })
})
