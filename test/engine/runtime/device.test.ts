import { expect, it } from 'vitest'
import { chosenDevice } from '../../../src/engine/runtime/device.ts'

it('reads the device from the environment', () => {
  expect(chosenDevice({})).toBe('cpu')
  expect(chosenDevice({ ASSAY_DEVICE: '' })).toBe('cpu')
  expect(chosenDevice({ ASSAY_DEVICE: 'cuda' })).toBe('cuda')
  expect(() => chosenDevice({ ASSAY_DEVICE: 'gpu' })).toThrow(/ASSAY_DEVICE is "gpu"; devices are cpu, /)
})
