import type { Plan } from '../compiler/plan.ts'
import type { ExplainedStage } from '../orchestrator/explain.ts'
import type { StageGraph } from '../reporters/graph/stage-graph.ts'
import { UserError } from './user-error.ts'

export const graphFormats = ['mermaid', 'dot', 'svg'] as const
export type GraphFormat = (typeof graphFormats)[number]

/** Stages that are laid out as a picture at most. */
const mostDrawn = 500

/** The stages of the pipeline itself, with what a run would do to each, as a picture in the form asked for. */
export async function planGraph(plan: Plan, rows: readonly ExplainedStage[], format: GraphFormat): Promise<string> {
  const statuses = new Map(rows.map(({ stage, status }) => [stage, status]))
  const graph: StageGraph = {
    name: plan.name,
    nodes: plan.stages.map(({ id, use }) => ({ id, use, status: statuses.get(id) ?? 'unknown' })),
    edges: plan.stages.flatMap(({ id, needs }) => needs.map((from) => ({ from, to: id }))),
  }
  switch (format) {
    case 'mermaid':
      return (await import('../reporters/graph/mermaid-graph.ts')).mermaidGraph(graph)
    case 'dot':
      return (await import('../reporters/graph/dot-graph.ts')).dotGraph(graph)
    case 'svg':
      if (graph.nodes.length > mostDrawn)
        throw new UserError(
          `a picture of ${graph.nodes.length} stages would take minutes, and nobody could read it`,
          `up to ${mostDrawn} are drawn; \`--graph dot\` writes any number`,
        )
      return (await import('../reporters/graph/svg-graph.ts')).svgGraph(graph)
  }
}
