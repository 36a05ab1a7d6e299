import { descendants, type TreeNode } from '../view/stage-tree.ts'
import { isCancelled } from './stage-lines.ts'

/** The searches to show with their levels: all of them after the run; while it runs the deepest running one, or else the last. */
export function shownSearches(nodes: readonly TreeNode[], all: boolean): readonly TreeNode[] {
  const searches = nodes
    .flatMap((node) => [node, ...descendants(node)])
    .filter(({ stage }) => (stage.view?.levels.length ?? 0) > 0)
  if (all) return searches
  const running = searches.filter(({ stage }) => stage.status === 'running')
  return (running.length > 0 ? running : searches).slice(-1)
}

/** The stages that really work now: those that grew others only wait for them. */
export function runningBelow(node: TreeNode): readonly TreeNode[] {
  return descendants(node).filter(({ stage, children }) => stage.status === 'running' && children.length === 0)
}

/** Failed stages; a parent only if it failed by itself rather than through what it grew. */
export function failuresToShow(nodes: readonly TreeNode[]): readonly TreeNode[] {
  return nodes.flatMap((node) => {
    const below = failuresToShow(node.children)
    return below.length > 0 || node.stage.status !== 'failed' || isCancelled(node.stage) ? below : [node]
  })
}

export interface FoldedStages {
  readonly kept: readonly TreeNode[]
  readonly finished: number
  readonly waiting: number
}

/** Folds finished stages, then waiting ones, into a line each where the rows do not suffice. */
export function foldStages(nodes: readonly TreeNode[], rows: number): FoldedStages {
  if (nodes.length <= rows) return { kept: nodes, finished: 0, waiting: 0 }
  const isDone = ({ stage }: TreeNode) => stage.status === 'finished' || stage.status === 'cached'
  const isUrgent = ({ stage }: TreeNode) => stage.status === 'running' || stage.status === 'failed'
  const urgent = new Set(nodes.filter(isUrgent).slice(0, Math.max(1, rows - 2)))
  const others = nodes
    .filter((node) => !isDone(node) && !urgent.has(node))
    .slice(0, Math.max(0, rows - 2 - urgent.size))
  const kept = nodes.filter((node) => urgent.has(node) || others.includes(node))
  const finished = nodes.filter(isDone).length
  return { kept, finished, waiting: nodes.length - kept.length - finished }
}
