import type { Value } from '../onnx/builder.ts'
import { GraphBuilder } from '../onnx/builder.ts'
import type { Graph } from '../onnx/graph.ts'
import { GraphError } from '../onnx/graph.ts'
import { ModelError } from './config-fields.ts'
import { shapesOf } from './decoder.ts'
import type { Begun, Network, NetworkUse, Sizes } from './network.ts'
import { shapeAt } from './network.ts'

/** Begins the graph of a network whose nodes are built here. */
export function beginBuilt(
  network: Pick<Network, 'type' | 'inputs' | 'parameters'>,
  sizes: Sizes,
  build: (use: NetworkUse) => ReadonlyMap<string, Value>,
): Begun {
  const g = new GraphBuilder(network.type)
  const inputs = new Map(
    [...network.inputs].map(([port, is]) => [port, g.input(port, is.type, shapeAt(is, sizes))] as const),
  )
  const weights = new Map(
    [...shapesOf(network)].map(([parameter, shape]) => [parameter, g.input(parameter, 'float32', shape)] as const),
  )
  return { g, outputs: build({ g, inputs, weights }) }
}

/** An output of the network, or a hook point inside it. Throws {@link ModelError} listing what there is. */
export function valueNamed({ g, outputs }: Begun, name: string): Value {
  const output = outputs.get(name)
  if (output !== undefined) return output
  try {
    return g.value(name)
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    throw new ModelError(
      `the network has no output or hook point "${name}"; its outputs are ${[...outputs.keys()].join(', ')}`,
    )
  }
}

export interface NetworkGraph {
  readonly graph: Graph
  /** What each asked-for value is called among the graph's outputs. */
  readonly names: ReadonlyMap<string, string>
}

/** The graph that computes the named outputs or hook points. */
export function networkGraph(network: Network, sizes: Sizes, wanted: readonly string[]): NetworkGraph {
  const begun = network.begin(sizes)
  const values = wanted.map((name, i) => begun.g.add('Identity', [valueNamed(begun, name)], { as: `wanted.${i}` }))
  return {
    graph: begun.g.build(values),
    names: new Map(wanted.map((name, i) => [name, values[i]!.name])),
  }
}
