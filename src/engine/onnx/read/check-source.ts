import { ModelError } from '../../model/config-fields.ts'
import type { SourceGraph } from './source-graph.ts'

/**
 * Whether every value is made once, and before it is used; bodies see what is made around them. Throws
 * {@link ModelError} naming value and node.
 */
export function checkSource(source: SourceGraph, file: string, around: ReadonlySet<string> = new Set()): void {
  const made = new Set(around)
  const own = new Set<string>()
  const make = (name: string, by: string): void => {
    if (own.has(name)) throw new ModelError(`${file}: ${by} makes the value "${name}", which is made before`)
    own.add(name)
    made.add(name)
  }
  for (const { name } of source.inputs) make(name, 'an input')
  for (const name of source.initializers.keys()) make(name, 'an initializer')
  for (const { name, op, inputs, outputs, bodies } of source.nodes) {
    const by = `node "${name}" (${op})`
    const missing = inputs.find((x) => x !== '' && !made.has(x))
    if (missing !== undefined) throw new ModelError(`${file}: ${by} reads "${missing}", which nothing before it makes`)
    for (const body of bodies.values()) checkSource(body, file, made)
    for (const y of outputs) if (y !== '') make(y, by)
  }
  const lost = source.outputs.find(({ name }) => !made.has(name))
  if (lost !== undefined) throw new ModelError(`${file}: nothing makes the output "${lost.name}"`)
}
