import type { GraphBuilder, Value } from '../onnx/builder.ts'
import type { Graph } from '../onnx/graph.ts'
import type { Op } from '../onnx/ops.ts'
import { HookError } from './hook.ts'

/**
 * Copies the nodes through which `to` depends on `from`, reading `x` in place of `from`; what else they read is shared.
 * Gives the copy of `to`. Throws {@link HookError} where `to` does not depend on `from`.
 */
export function cloneCone(
  { g, graph }: { readonly g: GraphBuilder; readonly graph: Graph },
  [from, to]: readonly [string, string],
  x: Value,
): Value {
  const after = new Set([from])
  for (const node of graph.nodes)
    if (node.inputs.some((name) => after.has(name))) node.outputs.forEach((name) => after.add(name))
  const needed = new Set([to])
  const cone = graph.nodes
    .toReversed()
    .filter((node) => {
      const wanted = node.outputs.some((name) => needed.has(name) && after.has(name) && name !== from)
      if (wanted) node.inputs.forEach((name) => needed.add(name))
      return wanted
    })
    .toReversed()
  const copies = new Map([[from, x]])
  for (const node of cone) {
    const inputs = node.inputs.map((name) => (name === '' ? null : (copies.get(name) ?? g.value(name))))
    const made = g.addMany(node.op as Op, inputs, { attributes: node.attributes, outputs: node.outputs.length })
    made.forEach((value, i) => copies.set(node.outputs[i]!, value))
  }
  const copy = copies.get(to)
  if (copy === undefined) throw new HookError(`"${to}" does not depend on "${from}" in the graph "${graph.name}"`)
  return copy
}
