import { expect, it } from 'vitest'
import type { Finding } from '../../../src/cli/doctor-checks.ts'
import { runInProcess } from '../../rig/fake-host.ts'

it('tries the runtime on each device, and is content where the CPU works', async () => {
  const { code, stdout } = await runInProcess(['doctor', '--json'])
  const findings = JSON.parse(stdout) as Finding[]
  expect(findings.find(({ name }) => name === 'device cpu')).toMatchObject({ ok: true, said: 'a session was run' })
  expect(findings.filter(({ ok, advice }) => ok === (advice !== undefined))).toEqual([])
  expect(code).toBe(0)
}, 60_000)
it('prints a line a finding, with advice below those that are not right', async () => {
  const { stdout } = await runInProcess(['doctor'])
  expect(stdout).toMatch(/^ok +node +\d+\.\d+/)
  // CoreML and DirectML are never on one machine: at least one device is missing everywhere.
  expect(stdout).toMatch(/\nno +device (dml|coreml) .+\n +Only on (Windows|macOS)\.\n/)
}, 60_000)
