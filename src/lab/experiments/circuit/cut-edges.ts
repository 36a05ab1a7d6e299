import type { HookedNetwork, HookRun } from '../../../engine/intervention/hooked-network.ts'
import type { Tensor } from '../../../engine/runtime/session.ts'
import type { PairBatch } from '../pairs/pair-batch.ts'
import { scoreRun } from '../pairs/score-run.ts'
import type { ScoreName } from '../pairs/score.ts'
import { substitutesFor, type AblationKind, type Substitutes } from './ablation.ts'
import { layoutOf, type CircuitEdge } from './nodes.ts'

/** Scores of every pair with some edges cut: their readers get substitutes of what the writers write. */
export async function edgeCutter(
  network: HookedNetwork,
  batch: PairBatch,
  { ablation, score }: { readonly ablation: AblationKind; readonly score: ScoreName },
): Promise<(gone: readonly CircuitEdge[]) => Promise<Float64Array>> {
  const { edgeGraph } = await import('../../../engine/intervention/edge-graph.ts')
  const layout = layoutOf(network)
  const cut = network.derive((graph) => (graph.outputs.includes('logits') ? edgeGraph(graph, layout) : graph))
  const substitutes = await substitutesFor(network, batch, { kind: ablation, hooks: layout.substituted })
  const stood = substituteFeeds(network, { hooks: layout.substituted, substitutes, length: batch.length })
  return (gone) => {
    const names = new Set(gone.map(({ name }) => name))
    const cuts = Object.fromEntries(
      layout.groups.map(({ input, readers, sources }): [string, Tensor] => {
        const marks = readers.flatMap((to) => sources.map((from) => Number(names.has(`${from}->${to}`))))
        return [input, { type: 'float32', shape: [readers.length, sources.length], data: Float32Array.from(marks) }]
      }),
    )
    return scoreRun(cut, batch, {
      prompts: 'clean',
      score,
      inputs: (span, shape) => ({ ...cuts, ...stood(span, shape) }),
    })
  }
}

/** Graph inputs `<hook>.substitute` for the pairs of a batch; zeros where nothing stands in. */
function substituteFeeds(
  network: HookedNetwork,
  { hooks, substitutes, length }: { hooks: readonly string[]; substitutes: Substitutes; length: number },
): NonNullable<HookRun['inputs']> {
  return ({ first, count }, { batch }) =>
    Object.fromEntries(
      hooks.map((hook): [string, Tensor] => {
        const [rows, ...rest] = network.shape(hook, length).shape as [number, ...number[]]
        const shape = [rows * batch, ...rest]
        const stride = shape.reduce((a, b) => a * b, 1) / batch
        const data = new Float32Array(stride * batch)
        const from = substitutes.get(hook)
        if (from !== undefined) for (let i = 0; i < count; i++) data.set(from.of(first + i), i * stride)
        return [`${hook}.substitute`, { type: 'float32', shape, data }]
      }),
    )
}
