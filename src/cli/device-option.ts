import { Option } from 'commander'
import { devices, deviceVariable, isDevice, type Device } from '../engine/runtime/device.ts'
import type { Host } from './host.ts'
import { UserError } from './user-error.ts'

/** `--device`: where stages open their sessions. The environment variable ASSAY_DEVICE says it too; the option wins. */
export const deviceOption = (): Option =>
  new Option('--device <device>', `where networks run (default: cpu, or what ${deviceVariable} says)`).choices(devices)

/** The device a command is to use. Throws {@link UserError} for an unknown one in the environment. */
export function deviceOf({ device }: { readonly device?: string }, { env }: Host): Device {
  const asked = env[deviceVariable] ?? ''
  const name = device ?? (asked === '' ? 'cpu' : asked)
  if (isDevice(name)) return name
  throw new UserError(`${deviceVariable} is "${name}"; devices are ${devices.join(', ')}`)
}

/** Throws {@link UserError} where the device cannot be used, before anything runs. */
export async function checkDevice(device: Device): Promise<void> {
  if (device === 'cpu') return
  const { probeDevice } = await import('../engine/runtime/probe-device.ts')
  const reason = await probeDevice(device)
  if (reason !== undefined)
    throw new UserError(`the device ${device} cannot be used: ${reason}`, '`assay doctor` lists the devices that can.')
}
