import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runCheck, runChecks, type Part } from '../../scripts/part.ts'

const node = (name: string, program: string): Part => ({ name, command: ['node', '-e', program], help: 'mend it' })

describe('runCheck', () => {
  let said: string[] = []
  beforeEach(() => {
    said = []
    vi.spyOn(console, 'log').mockImplementation((text: string) => said.push(text))
  })
  afterEach(() => vi.restoreAllMocks())

  it('says nothing but its name when it passes', async () => {
    expect(await runCheck(node('quiet', 'console.log("noise")'))).toMatchObject({ passed: 1, failed: 0 })
    expect(said.join('\n')).not.toContain('noise')
  })
  it('shows what was printed, and what to do, when it fails', async () => {
    const outcome = await runCheck(node('loud', 'console.log("out"); console.error("err"); process.exit(3)'))
    expect(outcome).toMatchObject({ passed: 0, failed: 1 })
    for (const text of ['loud failed', 'mend it', 'out', 'err']) expect(said.join('\n')).toContain(text)
  })
  it('counts a program that is not there as failed', async () => {
    expect(await runCheck({ name: 'none', command: ['no-such-program'], help: '' })).toMatchObject({ failed: 1 })
  })
  it('keeps the order of the parts and runs on after a failure', async () => {
    const parts = [node('slow', 'setTimeout(() => {}, 200)'), node('bad', 'process.exit(1)'), node('good', '')]
    const outcomes = await runChecks(parts, 2)
    expect(outcomes.map(({ name, failed }) => `${name} ${failed}`)).toEqual(['slow 0', 'bad 1', 'good 0'])
  })
})
