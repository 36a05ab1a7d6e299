import { ModelError } from '../../model/config-fields.ts'
import { arityFault } from '../arity.ts'
import type { ConstantTensor, Graph, GraphNode, ValueType } from '../graph.ts'
import { GraphError } from '../graph.ts'
import { fold } from './fold.ts'
import { inferTypes } from './infer-types.ts'
import type { ModernNode } from './modern-node.ts'
import { Names } from './names.ts'
import { pruned } from './prune.ts'
import { constantOf, rewrite, trimmed } from './rewrite.ts'
import { bodiesOf, capturesOf } from './rewrite-body.ts'
import type { DeclaredValue, SourceGraph, SourceNode } from './source-graph.ts'

export interface Instance {
  readonly file: string
  readonly source: SourceGraph
  /** Initializers that become inputs of the graph. */
  readonly parameters: ReadonlyMap<string, ConstantTensor>
  /** Size of every dimension that has a name. */
  readonly sizes: ReadonlyMap<string, number>
  readonly opset: number
  readonly domains: ReadonlyMap<string, number>
}

/**
 * The graph at given sizes: every node in its modern form, shapes inferred, what only depends on shapes worked out, and
 * dead parts left out. Throws {@link ModelError} naming the node where the file contradicts itself.
 */
export function instantiate(instance: Instance): Graph {
  const { source, parameters, opset, domains } = instance
  const made = new Instantiation(instance)
  for (const node of source.nodes) made.add(node)
  return pruned({
    name: source.name,
    opset: Math.max(20, opset),
    inputs: [...source.inputs.map(({ name }) => name), ...parameters.keys()],
    outputs: source.outputs.map(({ name }) => name),
    constants: made.constants,
    nodes: made.nodes,
    types: made.types,
    ...(domains.size === 0 ? {} : { domains }),
  })
}

class Instantiation {
  readonly types = new Map<string, ValueType>()
  readonly constants = new Map<string, ConstantTensor>()
  readonly nodes: GraphNode[] = []
  readonly #file: string
  readonly #sizes: ReadonlyMap<string, number>
  readonly #declared: Map<string, DeclaredValue>
  readonly #names: Names
  readonly #sequences = new Map<string, readonly string[]>()
  /** Elements that may still be worked out: a node of thirty bytes can ask for a constant of half a megabyte. */
  #foldable = 2 ** 22

  constructor({ file, source, parameters, sizes }: Instance) {
    this.#file = file
    this.#sizes = sizes
    this.#names = new Names(source)
    this.#declared = new Map([...source.declared, ...source.outputs.map((value) => [value.name, value] as const)])
    for (const value of source.inputs) {
      const type = this.#bound(value)
      if (type !== undefined) this.types.set(value.name, type)
    }
    for (const [name, tensor] of source.initializers)
      if (parameters.has(name)) this.types.set(name, { type: tensor.type, shape: tensor.shape })
      else this.#hold(name, tensor)
  }

  add(node: SourceNode): void {
    const branch = node.op === 'If' ? this.#chosenBranch(node) : undefined
    if (branch !== undefined) {
      this.#inline(node, branch)
      return
    }
    const around = {
      file: this.#file,
      typeOf: (name: string) => this.types.get(name),
      constantOf: (name: string) => this.constants.get(name),
      sequences: this.#sequences,
      fresh: (base: string) => this.#names.fresh(base),
      hold: (name: string, tensor: ConstantTensor) => this.#hold(name, tensor),
    }
    rewrite(node, around).forEach((modern, i) => this.#place(modern, i === 0 ? node.name : `${node.name}:${i}`, node))
  }

  #place(modern: ModernNode, name: string, source?: SourceNode): void {
    const outputs = trimmed(modern.outputs).map((y) => (y === '' ? this.#names.fresh(name) : y))
    const node = { ...modern, name, inputs: trimmed(modern.inputs), outputs }
    const fault = arityFault(node)
    if (fault !== undefined) throw new ModelError(`${this.#file}: node "${name}" (${node.op}): ${fault}`)
    const folded = this.#folded(node)
    if (folded !== undefined) {
      outputs.forEach((y, i) => folded[i] !== undefined && this.#hold(y, folded[i]))
      return
    }
    const types = inferTypes(node, { file: this.#file, types: this.types, constants: this.constants })
    outputs.forEach((y, i) => {
      const declared = this.#declared.get(y)
      const type = types[i] ?? (declared && this.#bound(declared))
      if (type !== undefined) this.types.set(y, type)
    })
    if (source === undefined || source.bodies.size === 0) this.nodes.push(node)
    else {
      const attributes = { ...node.attributes, ...bodiesOf(source, this.#file, this.#names) }
      this.nodes.push({ ...node, attributes, captures: capturesOf(attributes) })
    }
  }

  #folded(node: ModernNode & { readonly name: string }): ConstantTensor[] | undefined {
    if (node.op === 'Constant') return [constantOf(node, this.#file)]
    if (this.#foldable <= 0) return undefined
    try {
      const types = node.inputs.map((x) => this.types.get(x))
      const made = fold({ node, name: node.name, types, constants: node.inputs.map((x) => this.constants.get(x)) })
      for (const { data } of made ?? []) this.#foldable -= data.length
      return made
    } catch (error) {
      if (error instanceof GraphError) throw new ModelError(`${this.#file}: ${error.message}`)
      throw error
    }
  }

  #hold(name: string, tensor: ConstantTensor): void {
    this.constants.set(name, tensor)
    this.types.set(name, { type: tensor.type, shape: tensor.shape })
  }

  /** The type a file declares, at these sizes; a nameless size of an input goes by `name.axis`. */
  #bound({ name, type, shape }: DeclaredValue): ValueType | undefined {
    const known = shape?.map((size, i) => (typeof size === 'number' ? size : this.#sizes.get(size ?? `${name}.${i}`)))
    return known?.every((size) => size !== undefined) === true ? { type, shape: known } : undefined
  }

  /** The branch of an `If` whose condition is known at these sizes. */
  #chosenBranch({ inputs, bodies }: SourceNode): SourceGraph | undefined {
    const condition = this.constants.get(inputs[0] ?? '')
    return condition && bodies.get(condition.data[0] === 0 ? 'else_branch' : 'then_branch')
  }

  #inline({ name, outputs }: SourceNode, branch: SourceGraph): void {
    for (const [key, tensor] of branch.initializers) this.#hold(key, tensor)
    for (const [key, value] of branch.declared) this.#declared.set(key, value)
    for (const node of branch.nodes) this.add(node)
    outputs.forEach((y, i) => {
      const from = branch.outputs[i]?.name
      if (from === undefined) throw new ModelError(`${this.#file}: node "${name}" (If): a branch has too few outputs`)
      if (y !== '') this.#place({ op: 'Identity', inputs: [from], outputs: [y], attributes: {} }, `${name}:${i}`)
    })
  }
}
