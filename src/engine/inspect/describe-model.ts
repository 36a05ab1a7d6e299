import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError } from '../model/config-fields.ts'
import { shapesOf } from '../model/decoder.ts'
import type { Network } from '../model/network.ts'
import { loadNetworkWeights, readNetwork } from '../model/read-network.ts'
import { readSafetensors, SafetensorsError } from '../model/safetensors.ts'
import { makeWeights } from '../model/weights.ts'
import type { Graph } from '../onnx/graph.ts'
import { sizeOf } from '../onnx/graph.ts'
import type { ImportedModel } from '../onnx/read/read-onnx.ts'
import { readOnnx } from '../onnx/read/read-onnx.ts'
import type { DeclaredValue } from '../onnx/read/source-graph.ts'
import type { GraphDescription, NamedValue } from './describe-graph.ts'
import { describeGraph } from './describe-graph.ts'

export interface ParameterDescription {
  readonly name: string
  readonly type: string
  readonly shape: readonly number[]
  readonly elements: number
  /** Elements that are NaN or infinite; left out where the values could not be read. */
  readonly notFinite?: number
}

export interface ModelDescription {
  readonly path: string
  readonly form: 'onnx' | 'safetensors' | 'folder'
  /** Operator set and writer of a file, architecture of a folder. */
  readonly about: string
  readonly inputs: readonly NamedValue[]
  readonly outputs: readonly NamedValue[]
  readonly parameters: readonly ParameterDescription[]
  /** Sizes of free dimensions at which the graph was looked at. */
  readonly sizes: Readonly<Record<string, number>>
  /** What is there only once sizes are bound; left out for safetensors, and where the sizes do not fit. */
  readonly graph?: GraphDescription
  /** What to know before using it. */
  readonly notes: readonly string[]
}
export interface Described {
  readonly description: ModelDescription
  /** For printing in full. */
  readonly graph?: Graph
}

/** Sizes of free dimensions by name, as the user gives them. */
export type GivenSizes = Readonly<Record<string, number>>

/** Describes an ONNX file, a safetensors file or a model folder. Throws {@link ModelError}. */
export async function describeModel(path: string, given: GivenSizes = {}): Promise<Described> {
  const info = await stat(path).catch((error: unknown) => {
    throw new ModelError(`${path}: cannot be read (${(error as Error).message})`)
  })
  if (!info.isFile() && !info.isDirectory()) throw new ModelError(`${path}: is no file and no folder`)
  if (!info.isDirectory())
    return (await isSafetensors(path)) ? describeSafetensors(path) : describeOnnx(await readOnnx(path), path, given)
  const network = await readNetwork(path)
  return network.type === 'onnx'
    ? describeOnnx(await readOnnx(join(path, 'model.onnx')), path, given)
    : describeNetwork(network, path, given)
}

/** By its name, or by its beginning: the header's length, then `{`, which no ONNX file has there. */
async function isSafetensors(path: string): Promise<boolean> {
  if (/\.(safetensors|onnx)$/i.test(path)) return /\.safetensors$/i.test(path)
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(9), 0, 9, 0)
    return bytesRead === 9 && buffer[8] === 0x7b && buffer.readUInt32LE(4) === 0
  } finally {
    await file.close()
  }
}

async function describeSafetensors(path: string): Promise<Described> {
  const tensors = await readSafetensors(path).catch((error: unknown) => {
    throw new ModelError(error instanceof SafetensorsError ? error.message : `${path}: ${(error as Error).message}`)
  })
  const parameters = [...tensors].map(([name, { dtype, shape, data }]) => parameter(name, { type: dtype, shape, data }))
  const description: ModelDescription = {
    path,
    form: 'safetensors',
    about: 'weights without a graph',
    inputs: [],
    outputs: [],
    parameters,
    sizes: {},
    notes: notFiniteNotes(parameters),
  }
  return { description }
}

function describeOnnx(model: ImportedModel, path: string, given: GivenSizes): Described {
  const { graph, sizes, notes } = atSomeSizes(model, given)
  const parameters = [...model.parameters].map(([name, tensor]) => parameter(name, tensor))
  const others = [...model.domains].map(([domain, version]) => `, ${domain} ${version}`).join('')
  const writer = model.producer === '' ? '' : `, written by ${model.producer}`
  const description: ModelDescription = {
    path,
    form: path === model.file ? 'onnx' : 'folder',
    about: `ONNX, operator set ${model.opset}${others}${writer}`,
    inputs: model.inputs.map(declared),
    outputs: model.outputs.map((value) => declaredOutput(value, graph)),
    parameters,
    sizes,
    ...(graph && { graph: describeGraph(graph, [...model.parameters.keys()]) }),
    notes: [...model.notes, ...notes, ...notFiniteNotes(parameters)],
  }
  return { description, ...(graph && { graph }) }
}

const declared = ({ name, type, shape }: DeclaredValue): NamedValue => ({
  name,
  type,
  ...(shape && { shape: shape.map((size, i) => size ?? `${name}.${i}`) }),
})
/** The file's word on an output where it gives sizes or their names, else what follows from the graph. */
function declaredOutput(value: DeclaredValue, graph: Graph | undefined): NamedValue {
  const type = graph?.types.get(value.name)
  if (value.shape === null && type !== undefined) return { name: value.name, ...type }
  return { ...declared(value), ...(type && { type: type.type }) }
}

/** The graph at the sizes given; sizes left open are tried as 2, then 1, then 8. */
function atSomeSizes(
  model: ImportedModel,
  given: GivenSizes,
): { graph?: Graph; sizes: GivenSizes; notes: readonly string[] } {
  const open = model.dimensions.filter((name) => !Object.hasOwn(given, name))
  // A name the file does not have is the user's slip, to be told as such.
  if (!Object.keys(given).every((name) => model.dimensions.includes(name))) model.graph(given)
  let failure: ModelError | undefined
  for (const size of open.length === 0 ? [0] : [2, 1, 8]) {
    const sizes = { ...given, ...Object.fromEntries(open.map((name) => [name, size])) }
    try {
      return { graph: model.graph(sizes), sizes, notes: [] }
    } catch (error) {
      if (!(error instanceof ModelError)) throw error
      failure ??= error
    }
  }
  if (failure === undefined || open.length === 0) throw failure ?? new ModelError(`${model.file}: has no graph`)
  const note = `at sizes of 2, 1 and 8 for ${open.join(', ')} the graph does not fit (${failure.message}); give others`
  return { sizes: given, notes: [note] }
}

async function describeNetwork(network: Network, path: string, given: GivenSizes): Promise<Described> {
  const wanted = { batch: network.batch ?? 1, length: Math.min(8, network.decoder?.context ?? 8), ...given }
  const unknown = Object.keys(given).find((name) => name !== 'batch' && name !== 'length')
  if (unknown !== undefined)
    throw new ModelError(`${path}: there is no dimension "${unknown}"; a model folder has batch and length`)
  const isSequence = [...network.inputs.values()].some(({ shape }) => shape.includes('length'))
  const sizes: GivenSizes = isSequence ? wanted : { batch: wanted.batch }
  const { g, outputs } = network.begin(wanted)
  const graph = g.build([...outputs.values()])
  const weights = makeWeights(shapesOf(network))
  const failure = await loadNetworkWeights(path, network, weights).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof ModelError) return error.message
      throw error
    },
  )
  const parameters = [...weights.tensors].map(([name, tensor]) =>
    parameter(name, failure === undefined ? tensor : { type: tensor.type, shape: tensor.shape }),
  )
  const whole = describeGraph(graph, [...weights.tensors.keys()])
  const description: ModelDescription = {
    path,
    form: 'folder',
    about: network.type,
    inputs: [...network.inputs].map(([name, { type, shape }]) => ({ name, type, shape })),
    outputs: [...outputs].map(([name, { type, shape }]) => ({ name, type, shape })),
    parameters,
    sizes,
    graph: { ...whole, hooks: whole.hooks.filter(({ name }) => !isMadeUp(name, graph)) },
    notes: failure === undefined ? notFiniteNotes(parameters) : [`its weights cannot be used: ${failure}`],
  }
  return { description, graph }
}

/** A name the builder gave for want of one: `MatMul_12`. */
const isMadeUp = (name: string, { nodes }: Graph): boolean => {
  const prefix = /^([A-Z]\w*?)_\d+(_\d+)?(\.\d+)?$/.exec(name)?.[1]
  return prefix !== undefined && nodes.some(({ op }) => op === prefix)
}

interface Values {
  readonly type: string
  readonly shape: readonly number[]
  readonly data?: ArrayLike<number | bigint>
}
function parameter(name: string, { type, shape, data }: Values): ParameterDescription {
  let notFinite = 0
  if (data instanceof Float32Array || data instanceof Float64Array)
    for (const value of data) if (!Number.isFinite(value)) notFinite++
  return { name, type, shape, elements: sizeOf(shape), ...(data && { notFinite }) }
}

const notFiniteNotes = (parameters: readonly ParameterDescription[]): string[] =>
  parameters.flatMap(({ name, elements, notFinite = 0 }) =>
    notFinite === 0 ? [] : [`${notFinite} of the ${elements} numbers of "${name}" are NaN or infinite`],
  )
