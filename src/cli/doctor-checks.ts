import { accessSync, constants, existsSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { Device } from '../engine/runtime/device.ts'

/** One line of `assay doctor`. What is not `needed` may fail without anything being wrong. */
export interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly needed: boolean
  readonly said: string
  /** What to do about it, where it is not right. */
  readonly advice?: string
}

/** The oldest Node.js that runs assay, as in `package.json`. */
const oldestNode = [20, 19] as const
const gibibyte = 2 ** 30
/** Less memory than this is short even for models of a few million parameters. */
const littleMemory = 2 * gibibyte

export function nodeFinding(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const ok = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
  const advice = `Install Node.js ${oldestNode.join('.')} or later.`
  return { name: 'node', ok, needed: true, said: version, ...(ok ? {} : { advice }) }
}

export function runtimeFinding(version: string): Finding {
  const ok = version !== 'not installed'
  const advice = 'Run `npm ci`; where its install script fails, `npm ci --onnxruntime-node-install=skip`.'
  return { name: 'onnxruntime', ok, needed: true, said: version, ...(ok ? {} : { advice }) }
}

const deviceAdvice: Readonly<Record<Device, string>> = {
  cpu: 'Run `npm ci` again: the runtime itself does not start.',
  webgpu: 'It needs a graphics card and its driver (Vulkan on Linux).',
  cuda: 'It needs an NVIDIA card, CUDA 12, and the libraries the README says how to fetch.',
  tensorrt: 'It needs what cuda needs, and TensorRT.',
  dml: 'Only on Windows.',
  coreml: 'Only on macOS.',
}

/** `reason`: why a session could not be run there; undefined where one was. */
export const deviceFinding = (device: Device, reason: string | undefined): Finding => ({
  name: `device ${device}`,
  ok: reason === undefined,
  needed: device === 'cpu',
  said: reason ?? 'a session was run',
  ...(reason === undefined ? {} : { advice: deviceAdvice[device] }),
})

export function machineFindings(): Finding[] {
  const [threads, memory] = [availableParallelism(), totalmem()]
  const ok = memory >= littleMemory
  const advice = 'Keep models small, and run one stage at once: `--concurrency 1`.'
  return [
    { name: 'threads', ok: true, needed: false, said: `${threads}: as many stages may run at once` },
    { name: 'memory', ok, needed: false, said: `${(memory / gibibyte).toFixed(1)} GiB`, ...(ok ? {} : { advice }) },
  ]
}

/** Whether the project's store can be written, or made where there is none yet. */
export function storeFinding(root: string): Finding {
  const folder = join(root, '.assay')
  let at = folder
  while (!existsSync(at)) at = dirname(at)
  try {
    accessSync(at, constants.W_OK | constants.X_OK)
    return { name: 'store', ok: true, needed: true, said: `${folder} can be ${at === folder ? 'written' : 'made'}` }
  } catch {
    const advice = 'Give yourself the right to write there, or choose another folder with `--store`.'
    return { name: 'store', ok: false, needed: true, said: `${at} cannot be written`, advice }
  }
}
