import { expect, it } from 'vitest'
import { checkDevice, deviceOf } from '../../src/cli/device-option.ts'
import { UserError } from '../../src/cli/user-error.ts'
import type { Host } from '../../src/cli/host.ts'
import { runtimeVersions } from '../../src/orchestrator/environment.ts'

const hostWith = (env: Host['env']): Host => ({ env }) as Host

it('takes the option before the environment, and the CPU where neither says anything', () => {
  expect(deviceOf({}, hostWith({}))).toBe('cpu')
  expect(deviceOf({}, hostWith({ ASSAY_DEVICE: 'webgpu' }))).toBe('webgpu')
  expect(deviceOf({ device: 'cuda' }, hostWith({ ASSAY_DEVICE: 'webgpu' }))).toBe('cuda')
  expect(() => deviceOf({}, hostWith({ ASSAY_DEVICE: 'gpu' }))).toThrow(UserError)
})
it('enters the stage keys only where it is not the CPU', () => {
  expect(runtimeVersions(2, 'cpu')).toEqual(runtimeVersions(2))
  expect(runtimeVersions(2, 'cuda')).toEqual({ ...runtimeVersions(2), device: 'cuda' })
})
it('refuses a device that is not there before anything runs', async () => {
  await expect(checkDevice('cpu')).resolves.toBeUndefined()
  const missing = process.platform === 'darwin' ? 'dml' : 'coreml'
  await expect(checkDevice(missing)).rejects.toThrow(new RegExp(`the device ${missing} cannot be used: `))
}, 60_000)
