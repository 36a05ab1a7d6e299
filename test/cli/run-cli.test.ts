import { describe, expect, it } from 'vitest'
import { runInProcess } from '../rig/fake-host.ts'

describe('the command line', () => {
  it('documents commands and exit codes', async () => {
    const { stdout, code } = await runInProcess(['--help'])
    expect(code).toBe(0)
    for (const word of ['check', 'plan', 'kinds', 'Exit codes:', '130  cancelled']) expect(stdout).toContain(word)
    expect(stdout).not.toContain('exec-stage')
  })
  it('prints the version', async () => {
    expect(await runInProcess(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    })
  })
  it('suggests a command', async () => {
    const { code, stderr } = await runInProcess(['chekc'])
    expect(code).toBe(2)
    expect(stderr).toBe('error: there is no command `chekc`\n  help: did you mean `assay check`?\n')
  })
  it('lists the commands where nothing is near', async () => {
    expect((await runInProcess(['qqqqqqqq'])).stderr).toContain('the commands are init, check, fmt, plan')
  })
  it('suggests an option', async () => {
    const { code, stderr } = await runInProcess(['check', '--formt', 'json', 'x.yaml'])
    expect(code).toBe(2)
    expect(stderr).toContain("unknown option '--formt'")
    expect(stderr).toContain('--format')
  })
  it('asks for a command where there is none', async () => {
    expect((await runInProcess([])).code).toBe(2)
  })
  it('shows a stack only when asked to', async () => {
    const failing = ['kinds', 'nothing-like-it']
    expect((await runInProcess(failing)).stderr).not.toContain('at ')
    expect((await runInProcess([...failing, '--debug'])).code).toBe(2)
    expect((await runInProcess(failing, { env: { ASSAY_DEBUG: '1' } })).stderr).toMatch(/\n +at /)
  })
})
