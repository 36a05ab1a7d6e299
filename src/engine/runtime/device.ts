/** Where sessions run: execution providers of onnxruntime by their own names. */
export const devices = ['cpu', 'cuda', 'webgpu', 'tensorrt', 'dml', 'coreml'] as const
export type Device = (typeof devices)[number]

export const isDevice = (name: string): name is Device => (devices as readonly string[]).includes(name)

/** Tells the stages of a run, which are processes of their own, where to open their sessions. */
export const deviceVariable = 'ASSAY_DEVICE'

/** The device the environment asks for; the CPU where it asks for none. Throws RangeError for an unknown one. */
export function chosenDevice(env: Readonly<Record<string, string | undefined>> = process.env): Device {
  const name = env[deviceVariable] ?? ''
  if (name === '') return 'cpu'
  if (!isDevice(name)) throw new RangeError(`${deviceVariable} is "${name}"; devices are ${devices.join(', ')}`)
  return name
}
