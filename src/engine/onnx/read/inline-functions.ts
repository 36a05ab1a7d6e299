import { ModelError } from '../../model/config-fields.ts'
import type { AttributeMessage, FunctionMessage, GraphMessage, NodeMessage, OpsetMessage } from './message.ts'

/** A node and the version of ONNX's own operator set it is written in. */
export interface PlacedNode {
  readonly node: NodeMessage
  readonly opset: number
}

/** Functions may call functions; a chain this long calls itself. */
const maximumDepth = 32
const maximumNodes = 100_000

export const isOwnDomain = (domain = ''): boolean => domain === '' || domain === 'ai.onnx'

/** Version of ONNX's own operator set among imports. */
export const ownOpset = (imports: readonly OpsetMessage[]): number | undefined => {
  const found = imports.find(({ domain }) => isOwnDomain(domain))?.version
  return found === undefined ? undefined : Number(found)
}

const keyOf = (domain: string | undefined, name: string | undefined, overload: string | undefined): string =>
  `${isOwnDomain(domain) ? '' : domain}:${name}:${overload ?? ''}`

/**
 * Puts the bodies of model-local functions in the place of their calls. Values inside a body get the call's name in
 * front. Throws {@link ModelError} for a function that calls itself or bodies without end.
 */
export class FunctionInliner {
  readonly #file: string
  readonly #functions: ReadonlyMap<string, FunctionMessage>
  /** Prefixes in use, with how often each was asked for. */
  readonly #prefixes = new Map<string, number>()
  #nodesLeft = maximumNodes

  constructor(functions: readonly FunctionMessage[], file: string) {
    this.#file = file
    this.#functions = new Map(functions.map((each) => [keyOf(each.domain, each.name, each.overload), each]))
  }

  inline(nodes: readonly NodeMessage[], opset: number, depth = 0): PlacedNode[] {
    return nodes.flatMap((node) => {
      const called = this.#functions.get(keyOf(node.domain, node.opType, node.overload))
      if (called === undefined) return [{ node, opset }]
      const where = `${this.#file}: the function ${called.name ?? ''} (node "${node.name ?? node.output[0] ?? ''}")`
      if (depth >= maximumDepth) throw new ModelError(`${where} calls itself`)
      this.#nodesLeft -= called.node.length
      if (this.#nodesLeft < 0) throw new ModelError(`${where} makes the graph larger than ${maximumNodes} nodes`)
      return this.inline(this.#body(called, node), ownOpset(called.opsetImport) ?? opset, depth + 1)
    })
  }

  #body(called: FunctionMessage, call: NodeMessage): NodeMessage[] {
    const prefix = this.#prefix(call)
    const names = new Map([['', '']])
    called.input.forEach((name, i) => names.set(name, call.input[i] ?? ''))
    const passed = called.output.flatMap((name, i): NodeMessage[] => {
      const to = call.output[i] ?? ''
      if (to === '') return []
      const from = names.get(name)
      if (from !== undefined) return [{ opType: 'Identity', input: [from], output: [to], attribute: [] }]
      names.set(name, to)
      return []
    })
    const given = new Map([...called.attributeProto, ...call.attribute].map((each) => [each.name ?? '', each]))
    const renaming: Renaming = { rename: (name) => names.get(name) ?? `${prefix}/${name}`, given }
    return [...called.node.map((node) => renameNode(node, renaming)), ...passed]
  }

  #prefix(call: NodeMessage): string {
    const wanted = call.name === undefined || call.name === '' ? (call.output[0] ?? 'call') : call.name
    let prefix = wanted
    let count = this.#prefixes.get(wanted) ?? 0
    while (this.#prefixes.has(prefix)) prefix = `${wanted}#${++count}`
    this.#prefixes.set(wanted, Math.max(1, count)).set(prefix, 1)
    return prefix
  }
}

interface Renaming {
  readonly rename: (name: string) => string
  /** Attributes of the call, and the function's defaults. */
  readonly given: ReadonlyMap<string, AttributeMessage>
}

function renameNode(node: NodeMessage, renaming: Renaming): NodeMessage {
  const { rename, given } = renaming
  return {
    ...node,
    name: rename(node.name === undefined || node.name === '' ? (node.output[0] ?? '') : node.name),
    input: node.input.map(rename),
    output: node.output.map(rename),
    attribute: node.attribute.flatMap((attribute) => {
      const { refAttrName, name } = attribute
      if (refAttrName === undefined || refAttrName === '')
        return [attribute.g === undefined ? attribute : { ...attribute, g: renameGraph(attribute.g, renaming) }]
      const found = given.get(refAttrName)
      // An attribute that neither the call nor the function gives is absent.
      return found === undefined ? [] : [{ ...found, ...(name === undefined ? {} : { name }) }]
    }),
  }
}

function renameGraph(graph: GraphMessage, renaming: Renaming): GraphMessage {
  const named = <T extends { readonly name?: string }>(each: T): T => ({
    ...each,
    name: renaming.rename(each.name ?? ''),
  })
  return {
    ...graph,
    node: graph.node.map((node) => renameNode(node, renaming)),
    initializer: graph.initializer.map(named),
    input: graph.input.map(named),
    output: graph.output.map(named),
    valueInfo: graph.valueInfo.map(named),
  }
}
