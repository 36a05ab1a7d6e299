import { ModelError } from '../../model/config-fields.ts'
import type { SourceGraph, SourceNode } from './source-graph.ts'

/**
 * The nodes with each after those it reads from; the order is the file's wherever that is one. ONNX asks files for it, and
 * optimizers that write them do not always keep to it. Throws {@link ModelError} for nodes that wait for each other.
 */
export function sortNodes(nodes: readonly SourceNode[], file: string): readonly SourceNode[] {
  const maker = new Map(nodes.flatMap((node, i) => node.outputs.filter((y) => y !== '').map((y) => [y, i] as const)))
  const sources = nodes.map(
    (node, i) =>
      new Set(
        readsOf(node)
          .flatMap((x) => (maker.has(x) ? [maker.get(x)!] : []))
          .filter((at) => at !== i),
      ),
  )
  if (sources.every((list, i) => [...list].every((at) => at < i))) return nodes
  const waiting = sources.map((list) => list.size)
  const readers = nodes.map((): number[] => [])
  sources.forEach((list, i) => list.forEach((at) => readers[at]!.push(i)))
  const ready = waiting.flatMap((count, i) => (count === 0 ? [i] : []))
  for (const at of ready)
    for (const reader of readers[at]!) {
      waiting[reader]! -= 1
      if (waiting[reader] === 0) ready.push(reader)
    }
  if (ready.length === nodes.length) return ready.map((i) => nodes[i]!)
  const stuck = nodes[waiting.findIndex((count) => count > 0)]!
  throw new ModelError(`${file}: node "${stuck.name}" (${stuck.op}) waits for its own result: the graph has a cycle`)
}

/** What a node reads, through its bodies too: all their names, some of which are the bodies' own. */
function readsOf({ inputs, bodies }: SourceNode): string[] {
  const inside = (body: SourceGraph): string[] => [
    ...body.nodes.flatMap(readsOf),
    ...body.outputs.map(({ name }) => name),
  ]
  return [...inputs, ...[...bodies.values()].flatMap(inside)]
}
