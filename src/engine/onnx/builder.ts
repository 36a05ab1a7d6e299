import type {
  Attribute,
  Attributes,
  ConstantTensor,
  ElementType,
  Graph,
  GraphNode,
  TensorData,
  ValueType,
} from './graph.ts'
import { GraphError, sizeOf } from './graph.ts'
import type { Op } from './ops.ts'
import { outputTypes } from './ops.ts'

/** A value while a graph is being built: its name, with its type at hand. */
export interface Value extends ValueType {
  readonly name: string
}

const arrayOf: Readonly<Record<ElementType, (values: readonly number[]) => TensorData>> = {
  float32: (v) => Float32Array.from(v),
  float64: (v) => Float64Array.from(v),
  int32: (v) => Int32Array.from(v),
  int64: (v) => BigInt64Array.from(v, BigInt),
  uint8: (v) => Uint8Array.from(v),
  int8: (v) => Int8Array.from(v),
  bool: (v) => Uint8Array.from(v),
}

interface AddOptions {
  readonly attributes?: Attributes
  /** Name of the (first) output, or of each; a hook others can ask for. Made up when absent. */
  readonly as?: string | readonly string[]
  readonly outputs?: number
}

/** Grows a graph node by node; types are inferred as it goes, so a wrong shape is found where it is made. */
export class GraphBuilder {
  readonly #name: string
  readonly #opset: number
  readonly #domains: ReadonlyMap<string, number> | undefined
  readonly #types = new Map<string, ValueType>()
  readonly #constants = new Map<string, ConstantTensor>()
  readonly #nodes: GraphNode[] = []
  readonly #nodeNames = new Set<string>()
  readonly #inputs: string[] = []
  readonly #shared = new Map<string, Value>()
  #count = 0

  constructor(name: string, start?: Graph) {
    this.#name = name
    this.#opset = start?.opset ?? 20
    this.#domains = start?.domains
    if (start === undefined) return
    start.types.forEach((type, value) => this.#types.set(value, type))
    start.constants.forEach((tensor, value) => this.#constants.set(value, tensor))
    this.#nodes.push(...start.nodes)
    start.nodes.forEach((node) => this.#nodeNames.add(node.name))
    this.#inputs.push(...start.inputs)
    this.#count = start.nodes.length
  }

  input(name: string, type: ElementType, shape: readonly number[]): Value {
    this.#inputs.push(name)
    return this.#declare(name, { type, shape })
  }

  /** A value of the graph built so far. Throws {@link GraphError} when there is none of that name. */
  value(name: string): Value {
    const type = this.#types.get(name)
    if (type === undefined) throw new GraphError(`there is no value "${name}" in graph "${this.#name}"`)
    return { name, ...type }
  }

  /** A constant; equal ones are stored once. */
  constant(type: ElementType, values: readonly number[], shape: readonly number[] = [values.length]): Value {
    const key = `${type}:${shape.join(',')}:${values.join(',')}`
    const found = this.#shared.get(key)
    if (found !== undefined) return found
    const made = this.tensor(this.#fresh(`constant_${this.#constants.size}`), {
      type,
      shape,
      data: arrayOf[type](values),
    })
    this.#shared.set(key, made)
    return made
  }

  /** A constant tensor under a name of its own. */
  tensor(name: string, tensor: ConstantTensor): Value {
    if (tensor.data.length !== sizeOf(tensor.shape))
      throw new GraphError(`constant "${name}" has ${tensor.data.length} elements for [${tensor.shape.join(', ')}]`)
    this.#constants.set(name, tensor)
    return this.#declare(name, { type: tensor.type, shape: tensor.shape })
  }

  /** Elements of a constant; `undefined` for a value that is none. */
  elements(name: string): number[] | undefined {
    const tensor = this.#constants.get(name)
    return tensor === undefined ? undefined : Array.from(tensor.data as ArrayLike<number | bigint>, Number)
  }

  /** A scalar of the type of `like`. */
  scalar(value: number, like: ValueType): Value {
    return this.constant(like.type, [value], [])
  }

  ints(values: readonly number[]): Value {
    return this.constant('int64', values)
  }

  /** Adds a node with one output. */
  add(op: Op, inputs: readonly (Value | null)[], options: AddOptions = {}): Value {
    return this.addMany(op, inputs, { ...options, outputs: 1 })[0]!
  }

  /** Adds a node with several outputs. */
  addMany(op: Op, inputs: readonly (Value | null)[], { attributes = {}, as, outputs = 1 }: AddOptions): Value[] {
    const names = typeof as === 'string' ? [as] : (as ?? [])
    const name = names[0] ?? this.#fresh(`${op}_${this.#count}`)
    this.#count++
    const types = outputTypes({
      op,
      name,
      attributes,
      outputCount: outputs,
      x: inputs.map((x) => x ?? undefined),
      constant: (i) => this.elements(inputs[i]?.name ?? ''),
    })
    const made = types.map((type, i) => this.#declare(names[i] ?? (i === 0 ? name : `${name}.${i}`), type))
    this.#nodeNames.add(name)
    this.#nodes.push({
      op,
      name,
      inputs: inputs.map((x) => x?.name ?? ''),
      outputs: made.map((y) => y.name),
      attributes,
    })
    return made
  }

  /** `name`, or something like it that no value and no node of a graph read from a file has taken. */
  #fresh(name: string): string {
    let free = name
    for (let i = 1; this.#types.has(free) || this.#nodeNames.has(free); i++) free = `${name}_${i}`
    return free
  }

  #declare(name: string, { type, shape }: ValueType): Value {
    if (this.#types.has(name)) throw new GraphError(`two values of graph "${this.#name}" are named "${name}"`)
    this.#types.set(name, { type, shape })
    return { name, type, shape }
  }

  /** The graph, with `outputs` as its results and only the nodes and constants they need. */
  build(outputs: readonly Value[]): Graph {
    const needed = new Set(outputs.map((y) => y.name))
    const nodes: GraphNode[] = []
    for (const node of this.#nodes.toReversed()) {
      if (!node.outputs.some((y) => needed.has(y))) continue
      for (const x of [...node.inputs, ...(node.captures ?? [])]) needed.add(x)
      nodes.push(node)
    }
    nodes.reverse()
    return {
      name: this.#name,
      opset: this.#opset,
      inputs: this.#inputs.filter((x) => needed.has(x)),
      outputs: outputs.map((y) => y.name),
      constants: new Map([...this.#constants].filter(([name]) => needed.has(name))),
      nodes,
      types: this.#types,
      ...(this.#domains === undefined ? {} : { domains: this.#domains }),
    }
  }
}

export const int = (value: number): Attribute => ({ int: value })
export const float = (value: number): Attribute => ({ float: value })
export const ints = (values: readonly number[]): Attribute => ({ ints: values })
export const text = (value: string): Attribute => ({ string: value })
