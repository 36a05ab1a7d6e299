import { describe, expect, it } from 'vitest'
import { diagnosticPage } from '../../../src/cli/diagnostic-page.ts'
import { runInProcess } from '../../rig/fake-host.ts'

describe('assay explain', () => {
  it('prints the page of a code, also as it stands in a message', async () => {
    const page = diagnosticPage('no-cycles')
    expect(page).toMatch(/^# no-cycles\n/)
    expect((await runInProcess(['explain', 'no-cycles'])).stdout).toBe(page)
    expect((await runInProcess(['explain', 'error[no-cycles]'])).stdout).toBe(page)
  })
  it('lists the codes, each with what it says', async () => {
    const { stdout } = await runInProcess(['explain'])
    expect(stdout).toMatch(/^no-cycles +No stage waits for itself/m)
    expect(stdout).not.toContain('README')
  })
  it('suggests a near code', async () => {
    const { code, stderr } = await runInProcess(['explain', 'no-cycle'])
    expect(code).toBe(2)
    expect(stderr).toBe('error: there is no code `no-cycle`\n  help: did you mean `assay explain no-cycles`?\n')
  })
  it('reads no file but a page', async () => {
    expect((await runInProcess(['explain', '../language'])).code).toBe(2)
    expect((await runInProcess(['explain', 'README'])).code).toBe(2)
  })
})
