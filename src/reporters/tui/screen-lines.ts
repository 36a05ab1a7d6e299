import type { RunState } from '../../orchestrator/state.ts'
import { stageTree } from '../view/stage-tree.ts'
import { failuresToShow, runningBelow, shownSearches } from './shown-stages.ts'
import { footerLines, titleLine } from './screen-ends.ts'
import { shareRows } from './share-rows.ts'
import { failureSpans } from './stage-lines.ts'
import { treeLines, type Drawing } from './tree-lines.ts'
import type { Span } from './span.ts'

/** The run as lines: title, stages with the running search below its own, and what is left to do. */
export function screenLines(state: RunState, { screen, clock }: Omit<Drawing, 'shares' | 'searches'>): Span[][] {
  const nodes = stageTree(state)
  const searches = shownSearches(nodes, screen.rows === Infinity)
  const shares = shareRows(screen.rows - 4, {
    stages: nodes.length,
    failures: failuresToShow(nodes).reduce(
      (sum, node) => sum + failureSpans(node.stage, screen.columns, screen.debug).length + 1,
      0,
    ),
    running: searches.flatMap(runningBelow).length,
    levels: Math.max(0, ...searches.map(({ stage }) => stage.view?.levels.length ?? 0)),
    curve: searches.length > 0,
  })
  const footer = footerLines(state, screen, clock)
  const body = treeLines(nodes, { screen, shares, clock, searches })
  return [
    titleLine(state, screen.columns, clock),
    ...body.slice(0, Math.max(0, screen.rows - 1 - footer.length)),
    ...footer,
  ]
}
