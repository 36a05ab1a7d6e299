import { describeGraph } from '../../src/engine/inspect/describe-graph.ts'
import { ModelError } from '../../src/engine/model/config-fields.ts'
import { parseSafetensors, SafetensorsError } from '../../src/engine/model/safetensors.ts'
import { encodeModel } from '../../src/engine/onnx/codec.ts'
import { parseOnnx } from '../../src/engine/onnx/read/read-onnx.ts'
import { verifyGraph } from '../rig/verify-graph.ts'
import { damageBytes } from './damage-bytes.ts'
import { damagedOnnx, wholeOnnx } from './damage-onnx.ts'
import { damagedSafetensors } from './damage-safetensors.ts'
import { Seeded } from './seeded.ts'

export interface FuzzCount {
  readonly accepted: number
  readonly refused: number
  /** Inputs that broke a promise, with how; empty is right. */
  readonly broken: readonly string[]
}

/** Elements a small file may grow to: its own bytes, and what is worked out for shapes. */
const mostElements = 2 ** 22 + 2 ** 17

/**
 * Model files damaged in their structure or in their bytes. Promises: one `ModelError` or `SafetensorsError` that names
 * the file, or a model whose graph verifies, encodes and can be described; never another exception, never more elements
 * than the file has room for and shapes are folded to.
 */
export function fuzzModelFiles(firstSeed: number, count: number): FuzzCount {
  let accepted = 0
  const broken: string[] = []
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const fault = seed % 4 === 3 ? checkSafetensors(seed) : checkOnnx(seed)
    if (fault === undefined) accepted++
    else if (fault !== 'refused') broken.push(`seed ${seed}: ${fault}`)
  }
  return { accepted, refused: count - accepted - broken.length, broken }
}

type Outcome = string | undefined

function outcomeOf(run: () => Outcome): Outcome {
  try {
    return run()
  } catch (error) {
    const isExpected = error instanceof ModelError || error instanceof SafetensorsError
    if (isExpected && error.message.startsWith('m.') && error.message.length < 2000) return 'refused'
    return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' ') : String(error)
  }
}

function checkOnnx(seed: number): Outcome {
  const random = new Seeded(seed)
  const bytes = random.below(3) === 0 ? damageBytes(wholeOnnx(random), random) : damagedOnnx(random)
  return outcomeOf(() => {
    const model = parseOnnx(bytes, 'm.onnx')
    const graph = model.graph(Object.fromEntries(model.dimensions.map((name) => [name, 2])))
    const tensors = [...model.parameters.values(), ...model.constants.values(), ...graph.constants.values()]
    const elements = tensors.reduce((n, { data }) => n + data.length, 0)
    if (elements > mostElements + 2 * bytes.length) return `${elements} elements from ${bytes.length} bytes`
    verifyGraph(graph)
    encodeModel(graph)
    describeGraph(graph, [...model.parameters.keys()])
    return undefined
  })
}

function checkSafetensors(seed: number): Outcome {
  const random = new Seeded(seed)
  const bytes = damagedSafetensors(random)
  return outcomeOf(() => {
    const tensors = [...parseSafetensors(bytes, 'm.safetensors').values()]
    const size = tensors.reduce((n, { data }) => n + data.byteLength, 0)
    return size > 2 * bytes.length ? `${size} bytes from ${bytes.length}` : undefined
  })
}
