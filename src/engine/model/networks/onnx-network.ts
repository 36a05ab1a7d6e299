import type { Value } from '../../onnx/builder.ts'
import { GraphBuilder } from '../../onnx/builder.ts'
import type { ConstantTensor, Graph } from '../../onnx/graph.ts'
import type { ImportedModel } from '../../onnx/read/read-onnx.ts'
import { readOnnx } from '../../onnx/read/read-onnx.ts'
import type { DeclaredValue } from '../../onnx/read/source-graph.ts'
import { ModelError } from '../config-fields.ts'
import type { Parameter } from '../decoder.ts'
import type { Axis, Network, Port, Sizes } from '../network.ts'

/**
 * A network read from an ONNX file. The first axis of its inputs is that of examples: its size is free where the file
 * says so, and else the number of examples that the graph takes at once. A second free axis is the length of sequences.
 * Parameters have the file's names, and begin at the file's values, rounded to single precision. Throws {@link ModelError}.
 */
export async function readOnnxNetwork(file: string): Promise<Network> {
  const whole = await readOnnx(file)
  // Networks compute in single precision; what is double only inside stays so.
  const isDouble = [...whole.parameters.values(), ...whole.inputs].some(({ type }) => type === 'float64')
  const model = isDouble ? await readOnnx(file, { isNarrow: true }) : whole
  const axes = axesOf(model)
  const inputs = new Map(model.inputs.map((input) => [input.name, portOf(input, axes)] as const))
  const fixed = [...inputs.values()][0]?.shape[0]
  return {
    type: 'onnx',
    parameters: new Map([...model.parameters].map(([name, tensor]) => [name, parameterOf(tensor)] as const)),
    prefixes: [],
    inputs,
    outputs: model.outputs.map(({ name }) => name),
    own: new Map([...model.parameters].map(([name, { data }]) => [name, data as Float32Array] as const)),
    ...(typeof fixed === 'number' ? { batch: fixed } : {}),
    begin: (sizes) => {
      const graph = model.graph(boundTo(axes, sizes))
      const g = new GraphBuilder('onnx', graph)
      return { g, outputs: new Map(graph.outputs.map((name) => [name, typed(g, graph, name)] as const)) }
    },
  }
}

/** What each free size of the file's inputs is. */
function axesOf({ file, inputs, dimensions }: ImportedModel): ReadonlyMap<string, 'batch' | 'length'> {
  const [first] = inputs
  const names =
    first?.shape?.map((size, i) => (typeof size === 'number' ? undefined : (size ?? `${first.name}.${i}`))) ?? []
  const batch = names[0]
  const lengths = names.slice(1).filter((name) => name !== undefined && name !== batch)
  const axes = new Map<string, 'batch' | 'length'>(batch === undefined ? [] : [[batch, 'batch']])
  if (lengths[0] !== undefined) axes.set(lengths[0], 'length')
  const unknown = dimensions.find((name) => !axes.has(name))
  if (unknown !== undefined)
    throw new ModelError(
      `${file}: its inputs have the free sizes ${dimensions.join(', ')}; an axis of examples and one of lengths can be given, and "${unknown}" is neither`,
    )
  return axes
}

function portOf({ name, type, shape }: DeclaredValue, axes: ReadonlyMap<string, 'batch' | 'length'>): Port {
  const known = (shape ?? []).map((size, i): Axis =>
    typeof size === 'number' ? size : axes.get(size ?? `${name}.${i}`)!,
  )
  return { type, shape: known }
}

function boundTo(axes: ReadonlyMap<string, 'batch' | 'length'>, { batch, length }: Sizes): Record<string, number> {
  return Object.fromEntries(
    [...axes].map(([name, axis]) => {
      const size = axis === 'batch' ? batch : length
      if (size === undefined) throw new ModelError(`the network reads sequences, and no length was given for "${name}"`)
      return [name, size]
    }),
  )
}

/** A network that was read has values of its own: fresh ones would be drawn as wide as those are. */
function parameterOf({ shape, data }: ConstantTensor): Parameter {
  const values = data as Float32Array
  const square = values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length)
  return { shape, init: shape.length > 1 ? { normal: Math.sqrt(square) } : { fill: 0 } }
}

function typed(g: GraphBuilder, { types, name: graph }: Graph, name: string): Value {
  if (!types.has(name))
    throw new ModelError(
      `the output "${name}" of the graph "${graph}" stands behind an operator whose shapes are not known here`,
    )
  return g.value(name)
}
