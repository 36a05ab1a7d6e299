import { plainText } from '../text/plain-text.ts'
import { truncate } from '../text/truncate.ts'
import type { TreeNode } from '../view/stage-tree.ts'
import type { TimeLeft } from '../view/time-left.ts'
import { curveSpans } from './curve-spans.ts'
import { levelLines } from './search-lines.ts'
import type { RowShares } from './share-rows.ts'
import { failuresToShow, foldStages, runningBelow } from './shown-stages.ts'
import { failureSpans, grownLine, stageLine, treeWidths, type Clock } from './stage-lines.ts'
import type { Span } from './span.ts'

export interface Drawing {
  readonly screen: {
    readonly columns: number
    /** Rows to fill at most; infinite for what is left in the scrollback. */
    readonly rows: number
    /** Shows stack traces. */
    readonly debug: boolean
    /** Whether `q` leaves a run that goes on. */
    readonly leaves: boolean
  }
  readonly shares: RowShares
  readonly clock: Clock & { readonly left: TimeLeft }
  readonly searches: readonly TreeNode[]
}

const blank: Span[] = [{ text: ' ', tone: 'normal' }]

/** The stages of the pipeline, one a line, each followed by what it grew: running stages, failures, a search's levels. */
export function treeLines(nodes: readonly TreeNode[], drawing: Drawing): Span[][] {
  const { kept, finished, waiting } = foldStages(nodes, drawing.shares.stages)
  const widths = treeWidths(kept, drawing.screen.columns)
  let failureRows = drawing.shares.failures
  const lines: Span[][] = finished > 0 ? [foldedLine('✓', `${finished} finished`)] : []
  for (const [index, node] of kept.entries()) {
    const failures = failureLines(node, drawing).slice(0, failureRows)
    failureRows -= failures.length
    const below = grownLines(node, drawing, index === kept.length - 1)
    lines.push(stageLine(node, widths, drawing.clock), ...failures, ...below)
  }
  return waiting > 0 ? [...lines, foldedLine('·', `${waiting} waiting`)] : lines
}

const foldedLine = (sign: string, text: string): Span[] => [{ text: `${sign} ${text}`, tone: 'quiet' }]

function failureLines(node: TreeNode, { screen }: Drawing): Span[][] {
  return failuresToShow([node]).flatMap((failed) => [
    ...(failed === node
      ? []
      : [[{ text: `  ✗ ${truncate(plainText(nameBelow(node, failed)), screen.columns - 4)}`, tone: 'bad' } as const]]),
    ...failureSpans(failed.stage, screen.columns, screen.debug),
  ])
}

/** What a stage grew: its search's table and curve, or just the stages that run below it. */
function grownLines(node: TreeNode, drawing: Drawing, last: boolean): Span[][] {
  const searches = drawing.searches.filter((search) => search === node || search.id.startsWith(`${node.id}/`))
  if (searches.length > 0) {
    const lines = searches.flatMap((search) => [
      ...(search === node ? [] : [[{ text: `  ${nameBelow(node, search)}`, tone: 'strong' } as const]]),
      ...searchLines(search, drawing),
    ])
    return last ? lines : [...lines, blank]
  }
  const { screen, clock } = drawing
  return runningBelow(node)
    .slice(0, 2)
    .map((child) => grownLine({ name: nameBelow(node, child), stage: child.stage }, screen.columns, clock))
}

function searchLines(search: TreeNode, { screen, shares, clock }: Drawing): Span[][] {
  const { view, status } = search.stage
  if (view === undefined || shares.levels === 0) return []
  const running = runningBelow(search).slice(0, shares.running)
  const curve =
    shares.curve === 0 ? [] : curveSpans(view, { width: Math.min(76, screen.columns - 2), height: shares.curve })
  return [
    ...levelLines(view, { columns: screen.columns, rows: shares.levels, spinner: clock.spinner }),
    ...running.map((node) => grownLine({ name: nameBelow(search, node), stage: node.stage }, screen.columns, clock)),
    ...(status === 'running' && view.doing !== ''
      ? [[{ text: `  ${plainText(view.doing)}`, tone: 'quiet' } as const]]
      : []),
    ...(curve.length === 0 ? [] : [blank, ...curve]),
  ]
}

const nameBelow = (parent: TreeNode, child: TreeNode): string =>
  child.id.startsWith(`${parent.id}/`) ? child.id.slice(parent.id.length + 1) : child.id
