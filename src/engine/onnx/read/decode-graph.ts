import { ModelError } from '../../model/config-fields.ts'
import type { Attribute, ConstantTensor } from '../graph.ts'
import { decodeTensor, shapeOf } from './decode-tensor.ts'
import { elementName, elementType, isHalf } from './element-types.ts'
import type { ExternalReader } from './external-data.ts'
import { isOwnDomain, type FunctionInliner, type PlacedNode } from './inline-functions.ts'
import type { AttributeMessage, GraphMessage, Int, TensorMessage, ValueMessage } from './message.ts'
import { sortNodes } from './sort-nodes.ts'
import type { DeclaredValue, Dimension, SourceGraph, SourceNode } from './source-graph.ts'

/** What decoding a file's graphs needs to know. */
export interface FileContext {
  readonly file: string
  readonly external: ExternalReader
  readonly functions: FunctionInliner
  /** Double precision is read as single: for networks, which compute in that. */
  readonly isNarrow?: boolean
  /** Told of what is read in another form than it is written. */
  note(what: string): void
}

/** A graph of the file with its functions inlined and its tensors decoded. Throws {@link ModelError}. */
export function decodeGraph(graph: GraphMessage, opset: number, context: FileContext): SourceGraph {
  const { file } = context
  if (graph.sparseInitializer.length > 0)
    throw new ModelError(
      `${file}: the initializer "${graph.sparseInitializer[0]!.values?.name ?? ''}" is sparse, which is not supported`,
    )
  const initializers = new Map<string, ConstantTensor>()
  for (const tensor of graph.initializer) {
    const name = tensor.name ?? ''
    if (name === '' || initializers.has(name))
      throw new ModelError(`${file}: ${name === '' ? 'an initializer has no name' : `two initializers are "${name}"`}`)
    if (isHalf(tensor.dataType)) context.note(`${elementName(tensor.dataType)} values are widened to float32`)
    initializers.set(name, tensorOf(tensor, `${file}: initializer "${name}"`, context))
  }
  const values = (list: readonly ValueMessage[]): DeclaredValue[] =>
    list.map((value) => decodeValue(value, context) ?? refuseValue(value, file))
  const declared = graph.valueInfo.flatMap((value) => decodeValue(value, context) ?? [])
  return {
    name: graph.name === undefined || graph.name === '' ? 'graph' : graph.name,
    inputs: values(graph.input).filter(({ name }) => !initializers.has(name)),
    outputs: graph.output.map((value) => decodeValue(value, context) ?? outputWithoutType(value)),
    declared: new Map(declared.map((value) => [value.name, value])),
    initializers,
    nodes: sortNodes(
      withoutStaleConstants(
        context.functions.inline(graph.node, opset).map((placed) => decodeNode(placed, context)),
        context,
      ),
      file,
    ),
  }
}

/** Of several `Constant` nodes that make one value, the last counts: so onnxruntime reads files that optimizers spoilt. */
function withoutStaleConstants(nodes: readonly SourceNode[], { note }: FileContext): SourceNode[] {
  const last = new Map(
    nodes.flatMap((node, i) => (node.op === 'Constant' ? [[node.outputs[0] ?? '', i] as const] : [])),
  )
  const kept = nodes.filter((node, i) => node.op !== 'Constant' || last.get(node.outputs[0] ?? '') === i)
  if (kept.length < nodes.length)
    note(`${nodes.length - kept.length} Constant nodes are defined again later; the last of each name counts`)
  return kept
}

/** An output's type follows from the nodes; only its name is needed. */
const outputWithoutType = ({ name }: ValueMessage): DeclaredValue => ({
  name: name ?? '',
  type: 'float32',
  shape: null,
})

function refuseValue({ name, type }: ValueMessage, file: string): never {
  const kind = Object.keys(type ?? {}).find((key) => key.endsWith('Type') && key !== 'tensorType')
  throw new ModelError(
    `${file}: the input "${name ?? ''}" is ${
      kind === undefined
        ? `a tensor of ${elementName(type?.tensorType?.elemType)}`
        : `a ${kind.replace('Type', '').replace('sparseTensor', 'sparse tensor')}`
    }, which is not supported`,
  )
}

/** A tensor, in single precision where that is asked for. */
function tensorOf(message: TensorMessage, where: string, { external, isNarrow, note }: FileContext): ConstantTensor {
  const tensor = decodeTensor(message, where, external)
  if (isNarrow !== true || tensor.type !== 'float64') return tensor
  note(narrowed)
  return { type: 'float32', shape: tensor.shape, data: Float32Array.from(tensor.data as Float64Array) }
}
const narrowed = 'float64 values are rounded to float32'

/** `undefined` for a value that is no tensor of a type the engine has. */
function decodeValue(
  { name = '', type }: ValueMessage,
  { file, note, isNarrow }: FileContext,
): DeclaredValue | undefined {
  const code = type?.tensorType?.elemType
  const found = elementType(code)
  if (found === undefined) return undefined
  if (isHalf(code)) note(`${elementName(code)} values are widened to float32`)
  const dims = type?.tensorType?.shape?.dim
  const shape = dims?.map(({ dimValue, dimParam }): Dimension => {
    if (dimParam !== undefined && dimParam !== '') return dimParam
    // Exporters write -1 or 0 for a size that is not known yet.
    if (dimValue === undefined || Number(dimValue) <= 0) return null
    return shapeOf([dimValue], `${file}: value "${name}"`)[0]!
  })
  return { name, type: isNarrow === true && found === 'float64' ? 'float32' : found, shape: shape ?? null }
}

function decodeNode({ node, opset }: PlacedNode, context: FileContext): SourceNode {
  const op = node.opType ?? ''
  const name = node.name === undefined || node.name === '' ? (node.output.find((y) => y !== '') ?? op) : node.name
  if (op === '') throw new ModelError(`${context.file}: node "${name}" has no operator`)
  const bodies = new Map<string, SourceGraph>()
  const attributes: Record<string, Attribute> = {}
  for (const message of node.attribute) {
    const key = message.name ?? ''
    const where = `${context.file}: node "${name}" (${op}): attribute "${key}"`
    if (Object.hasOwn(attributes, key) || bodies.has(key)) throw new ModelError(`${where} is given twice`)
    if (message.g !== undefined) bodies.set(key, decodeGraph(message.g, opset, context))
    else
      Object.defineProperty(attributes, key, {
        value: decodeAttribute(message, { op, where, context }),
        enumerable: true,
      })
  }
  return {
    op: isOwnDomain(node.domain) ? op : `${node.domain}.${op}`,
    name,
    inputs: node.input,
    outputs: node.output,
    attributes,
    bodies,
    opset,
  }
}

interface AttributeUse {
  readonly op: string
  readonly where: string
  readonly context: FileContext
}
function decodeAttribute(message: AttributeMessage, { op, where, context }: AttributeUse): Attribute {
  const integer = (value: Int): number => {
    if (typeof value === 'number') return value
    // "To the end" in older forms of Slice; anything else of this size is a mistake.
    if (op === 'Slice') return value > 0 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER
    throw new ModelError(`${where} is ${value}, too large a number`)
  }
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
  switch (kindOf(message)) {
    case 1:
      return { float: message.f ?? 0 }
    case 2:
      return { int: context.isNarrow === true && namesType(message, op) ? typeCode(message) : integer(message.i ?? 0) }
    case 3:
      return { string: text(message.s ?? new Uint8Array()) }
    case 4:
      if (message.t === undefined) break
      return { tensor: tensorOf(message.t, where, context) }
    case 6:
      return { floats: message.floats }
    case 7:
      return { ints: message.ints.map(integer) }
    case 8:
      return { strings: message.strings.map(text) }
    default:
  }
  throw new ModelError(`${where} is of a kind that is not supported (AttributeType ${message.type ?? 0})`)
}

/** Whether an attribute names a type of elements, by its number in TensorProto.DataType. */
const namesType = ({ name }: AttributeMessage, op: string): boolean =>
  (name === 'to' && op === 'Cast') || (name === 'dtype' && /^(EyeLike|Random\w+|Bernoulli|Multinomial)$/.test(op))
/** Float32's number for that of float64. */
const typeCode = ({ i }: AttributeMessage): number => (Number(i ?? 0) === 11 ? 1 : Number(i ?? 0))

/** AttributeProto.AttributeType; the oldest files leave it out. */
function kindOf({ type, f, i, s, t, floats, ints, strings }: AttributeMessage): number {
  if (type !== undefined && type !== 0) return type
  const present = [f, i, s, t].findIndex((field) => field !== undefined)
  if (present !== -1) return present + 1
  return floats.length > 0 ? 6 : ints.length > 0 ? 7 : strings.length > 0 ? 8 : 0
}
