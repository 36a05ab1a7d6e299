import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { GraphBuilder } from '../onnx/builder.ts'
import { encodeModel } from '../onnx/codec.ts'
import type { Device } from './device.ts'

/** Adds [1, 2] to itself in onnxruntime; arguments: its module, the device, the model in base64. */
const script = `
const [at, device, model] = process.argv.slice(1)
const say = (text) => process.stdout.write('\\n\\0' + text, () => process.exit())
try {
  const loaded = await import(at)
  const { InferenceSession, Tensor } = loaded.InferenceSession ? loaded : loaded.default
  const options = { executionProviders: [device], logSeverityLevel: 4 }
  const session = await InferenceSession.create(Buffer.from(model, 'base64'), options)
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2), [2]) })
  say(y.data[0] === 2 && y.data[1] === 4 ? '' : '1 + 1 and 2 + 2 came out as ' + y.data.join(' and '))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
}
`
const slow = 60_000

/**
 * Opens a session of one addition on the device and runs it; the reason where that fails. In a process of its own, since
 * a graphics driver may write to its streams or take it down.
 */
export async function probeDevice(device: Device): Promise<string | undefined> {
  const g = new GraphBuilder('probe')
  const x = g.input('x', 'float32', [2])
  const model = Buffer.from(encodeModel(g.build([g.add('Add', [x, x], { as: 'y' })]))).toString('base64')
  const args = ['--input-type=module', '-e', script, import.meta.resolve('onnxruntime-node'), device, model]
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: slow })
    const answer = stdout.split('\0').at(-1)!
    return stdout.includes('\0') ? shortened(answer) : 'the process that tried it said nothing'
  } catch (error) {
    return shortened(error instanceof Error ? error.message.split('\n')[0]! : String(error))
  }
}

/** The end of a message of onnxruntime's, which begins with its own source file; undefined for an empty one. */
function shortened(message: string): string | undefined {
  const text = message.split('\n')[0]!.replace(/^\/onnxruntime_src\/.* was false\. /, '')
  return text === '' ? undefined : text
}
