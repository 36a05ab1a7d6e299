import { expect, it } from 'vitest'
import { probeDevice } from '../../../src/engine/runtime/probe-device.ts'

it('runs a session on the CPU', async () => {
  expect(await probeDevice('cpu')).toBeUndefined()
}, 60_000)
it('gives one line of why for a device that is not there', async () => {
  expect(await probeDevice(process.platform === 'darwin' ? 'dml' : 'coreml')).toMatch(/^.+$/)
}, 60_000)
