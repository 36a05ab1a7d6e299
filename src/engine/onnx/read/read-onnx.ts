import { dirname } from 'node:path'
import { didYouMean } from '../../../base/did-you-mean.ts'
import { ModelError } from '../../model/config-fields.ts'
import { readWholeFile } from '../../model/read-whole-file.ts'
import type { ConstantTensor, Graph } from '../graph.ts'
import { checkSource } from './check-source.ts'
import { decodeGraph } from './decode-graph.ts'
import { decodeModelMessage, ProtobufError } from './decode-message.ts'
import { externalData, noExternalData, type ExternalReader } from './external-data.ts'
import { FunctionInliner, isOwnDomain, ownOpset } from './inline-functions.ts'
import { instantiate } from './instantiate.ts'
import type { ModelMessage } from './message.ts'
import { parametersOf } from './parameters.ts'
import type { DeclaredValue, SourceGraph } from './source-graph.ts'

/** A model from an ONNX file, before its sizes are known. */
export interface ImportedModel {
  readonly file: string
  readonly name: string
  /** Program that wrote the file, as it calls itself. */
  readonly producer: string
  /** Version of ONNX's own operator set the file is written in. */
  readonly opset: number
  /** Other operator sets it imports. */
  readonly domains: ReadonlyMap<string, number>
  /** What is fed at every run; initializers that are also listed as inputs are not among them. */
  readonly inputs: readonly DeclaredValue[]
  readonly outputs: readonly DeclaredValue[]
  /** Sizes of inputs that {@link ImportedModel.graph} asks for. A nameless one goes by `input.axis`. */
  readonly dimensions: readonly string[]
  /** Learned values: initializers of floating point, in the file's order (which are not, see `parametersOf`). */
  readonly parameters: ReadonlyMap<string, ConstantTensor>
  /** The other initializers. */
  readonly constants: ReadonlyMap<string, ConstantTensor>
  /** What was read in another form than it is written, such as half precision. */
  readonly notes: readonly string[]
  /**
   * The graph with its dimensions bound: static shapes, older operators in their modern form, functions inlined, shape
   * computations worked out. Its inputs are `inputs`, then every parameter. Throws {@link ModelError}.
   */
  graph(dimensions?: Readonly<Record<string, number>>): Graph
}

/** Operator sets that can be read. */
export const oldestOpset = 7
export const newestOpset = 21

export interface ReadOptions {
  /** Double precision is read as single. */
  readonly isNarrow?: boolean
}

/** Reads an ONNX file and the files its tensors are kept in, beside it. Throws {@link ModelError}. */
export async function readOnnx(file: string, options: ReadOptions = {}): Promise<ImportedModel> {
  let bytes: Uint8Array
  try {
    bytes = await readWholeFile(file)
  } catch (error) {
    throw new ModelError(`${file}: cannot be read (${(error as Error).message})`)
  }
  return parseOnnx(bytes, file, { external: externalData(dirname(file)), ...options })
}

/** As {@link readOnnx}, from bytes; `file` is for messages. */
export function parseOnnx(
  bytes: Uint8Array,
  file: string,
  { external = noExternalData, isNarrow = false }: ReadOptions & { readonly external?: ExternalReader } = {},
): ImportedModel {
  const message = decoded(bytes, file)
  const opset = opsetOf(message, file)
  if (message.graph === undefined) throw new ModelError(`${file}: there is no graph in it; it is no ONNX model`)
  const notes = new Set<string>()
  const functions = new FunctionInliner(message.functions, file)
  const source = decodeGraph(message.graph, opset, {
    file,
    external,
    functions,
    isNarrow,
    note: (what) => notes.add(what),
  })
  checkSource(source, file)
  if (source.outputs.length === 0) throw new ModelError(`${file}: the graph has no outputs`)
  const parameters = parametersOf(source)
  const domains = otherDomains(message, source)
  const dimensions = dimensionsOf(source, file)
  return {
    file,
    name: source.name,
    producer: [message.producerName, message.producerVersion].filter(Boolean).join(' '),
    opset,
    domains,
    inputs: source.inputs,
    outputs: source.outputs,
    dimensions,
    parameters,
    constants: new Map([...source.initializers].filter(([name]) => !parameters.has(name))),
    notes: [...notes],
    graph: (given = {}) =>
      instantiate({ file, source, parameters, sizes: sizesOf(given, dimensions, file), opset, domains }),
  }
}

function decoded(bytes: Uint8Array, file: string): ModelMessage {
  try {
    return decodeModelMessage(bytes)
  } catch (error) {
    if (error instanceof ProtobufError) throw new ModelError(`${file}: is cut off or no ONNX file (${error.message})`)
    throw error
  }
}

function opsetOf(message: ModelMessage, file: string): number {
  const opset = ownOpset(message.opsetImport)
  if (opset === undefined && message.opsetImport.length > 0) return newestOpset // only operators of other domains
  if (opset === undefined || opset < oldestOpset || opset > newestOpset)
    throw new ModelError(
      opset === undefined
        ? `${file}: it does not say which operator set it is written in; it is no ONNX model, or one of before 2017`
        : `${file}: it is written in operator set ${opset}; ${oldestOpset} to ${newestOpset} can be read`,
    )
  return opset
}

function otherDomains(message: ModelMessage, source: SourceGraph): Map<string, number> {
  const used = new Set<string>()
  const look = ({ nodes }: SourceGraph): void => {
    for (const { op, bodies } of nodes) {
      if (op.includes('.')) used.add(op.slice(0, op.lastIndexOf('.')))
      bodies.forEach(look)
    }
  }
  look(source)
  const versions = new Map(message.opsetImport.map(({ domain = '', version }) => [domain, Number(version ?? 1)]))
  return new Map(
    [...used].filter((domain) => !isOwnDomain(domain)).map((domain) => [domain, versions.get(domain) ?? 1]),
  )
}

function dimensionsOf({ inputs }: SourceGraph, file: string): string[] {
  const names = inputs.flatMap(({ name, shape }) => {
    if (shape === null) throw new ModelError(`${file}: the input "${name}" does not say how many axes it has`)
    return shape.flatMap((size, i) => (typeof size === 'number' ? [] : [size ?? `${name}.${i}`]))
  })
  return [...new Set(names)]
}

function sizesOf(
  given: Readonly<Record<string, number>>,
  dimensions: readonly string[],
  file: string,
): Map<string, number> {
  const list = dimensions.join(', ')
  for (const [name, size] of Object.entries(given)) {
    const near = didYouMean(name, dimensions)[0]
    if (!dimensions.includes(name))
      throw new ModelError(
        `${file}: there is no dimension "${name}"; ${near === undefined ? (list === '' ? 'it has none to give' : `it has ${list}`) : `did you mean "${near}"?`}`,
      )
    if (!Number.isSafeInteger(size) || size < 0 || size >= 2 ** 31)
      throw new ModelError(`${file}: the dimension "${name}" cannot be ${size}`)
  }
  const missing = dimensions.find((name) => !Object.hasOwn(given, name))
  if (missing !== undefined) throw new ModelError(`${file}: the size of "${missing}" is needed (of: ${list})`)
  return new Map(Object.entries(given))
}
