import { ModelError } from '../../model/config-fields.ts'
import type { ConstantTensor, ElementType, ValueType } from '../graph.ts'
import { zerosOf } from './element-types.ts'
import type { ModernNode, Rewrite } from './modern-node.ts'
import { changed } from './modern-node.ts'
import { rewritesOfArguments } from './rewrites-of-arguments.ts'
import { rewritesOfNormalizations } from './rewrites-of-normalizations.ts'
import { rewritesOfOperators } from './rewrites-of-operators.ts'
import { rewritesOfSequences } from './rewrites-of-sequences.ts'
import { rewritesOfWindows } from './rewrites-of-windows.ts'
import type { SourceNode } from './source-graph.ts'

const rewrites: Readonly<Record<string, Rewrite>> = {
  ...rewritesOfArguments,
  ...rewritesOfOperators,
  ...rewritesOfNormalizations,
  ...rewritesOfWindows,
  ...rewritesOfSequences,
}

/** What is known around a node: types and constants of values, names, and where new constants go. */
export interface Surroundings {
  readonly file: string
  typeOf(name: string): ValueType | undefined
  constantOf(name: string): ConstantTensor | undefined
  readonly sequences: Map<string, readonly string[]>
  fresh(base: string): string
  hold(name: string, tensor: ConstantTensor): void
}

/** The node in its modern form: itself, another, or several. Throws {@link ModelError} for a form that has none. */
export function rewrite(node: SourceNode, around: Surroundings): readonly ModernNode[] {
  const rule = Object.hasOwn(rewrites, node.op) ? rewrites[node.op] : undefined
  if (rule === undefined) return [changed(node, {})]
  const refuse = (why: string): never => {
    throw new ModelError(`${around.file}: node "${node.name}" (${node.op}): ${why}`)
  }
  if (node.inputs.length === 0 || node.outputs.length === 0) return refuse('it has no inputs or no outputs')
  const fresh = (): string => around.fresh(node.outputs.find((y) => y !== '') ?? node.name)
  const constant = (tensor: ConstantTensor): string => {
    const name = fresh()
    around.hold(name, tensor)
    return name
  }
  const filled = (type: ElementType, values: readonly number[], shape: readonly number[]): string => {
    const data = zerosOf(type, values.length)
    values.forEach((value, i) => (data[i] = data instanceof BigInt64Array ? BigInt(value) : value))
    return constant({ type, shape, data })
  }
  const made = rule({
    node,
    opset: node.opset,
    typeOf: (i) => around.typeOf(node.inputs[i] ?? ''),
    constantOf: (i) => around.constantOf(node.inputs[i] ?? ''),
    ints: (values, shape = [values.length]) => filled('int64', values, shape),
    floats: (values, like, shape = [values.length]) => filled(like, values, shape),
    constant,
    sequences: around.sequences,
    fresh,
    refuse,
  })
  if (made === undefined) return [changed(node, {})]
  const lost = node.outputs.find((y) => y !== '' && !made.some(({ outputs }) => outputs.includes(y)))
  if (lost !== undefined) return refuse(`its operator has no output for "${lost}"`)
  return made
}

/** The tensor of a `Constant` node. Throws {@link ModelError}. */
export function constantOf(
  { attributes, name }: { attributes: ModernNode['attributes']; name: string },
  file: string,
): ConstantTensor {
  const [key, value] = Object.entries(attributes)[0] ?? []
  if (value === undefined) throw new ModelError(`${file}: the Constant "${name}" has no value`)
  if ('tensor' in value) return value.tensor
  if ('float' in value) return { type: 'float32', shape: [], data: Float32Array.of(value.float) }
  if ('int' in value) return { type: 'int64', shape: [], data: BigInt64Array.of(BigInt(value.int)) }
  if ('floats' in value) return { type: 'float32', shape: [value.floats.length], data: Float32Array.from(value.floats) }
  if ('ints' in value)
    return { type: 'int64', shape: [value.ints.length], data: BigInt64Array.from(value.ints, BigInt) }
  throw new ModelError(`${file}: the Constant "${name}" has its value as ${key}, which is not supported`)
}

/** Optional values that are left out at the end need no place. */
export function trimmed(names: readonly string[]): readonly string[] {
  const end = names.findLastIndex((name) => name !== '') + 1
  return end === names.length ? names : names.slice(0, end)
}
