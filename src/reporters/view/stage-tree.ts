import type { RunState, StageState } from '../../orchestrator/state.ts'

/** A stage and the stages grown under it. */
export interface TreeNode {
  readonly id: string
  /** The id without its parent's: `level-03/degrade` below `ioi`. */
  readonly name: string
  readonly stage: StageState
  readonly children: readonly TreeNode[]
}

/** The stages of a run as a forest, in the order they became known. */
export function stageTree(state: RunState): readonly TreeNode[] {
  const byParent = new Map<string | undefined, StageState[]>()
  for (const stage of state.stages.values()) {
    const parent = stage.parent !== undefined && state.stages.has(stage.parent) ? stage.parent : undefined
    const siblings = byParent.get(parent)
    if (siblings === undefined) byParent.set(parent, [stage])
    else siblings.push(stage)
  }
  const nodesBelow = (parent: string | undefined): TreeNode[] =>
    (byParent.get(parent) ?? []).map((stage) => node(stage, parent, nodesBelow(stage.head.id)))
  return nodesBelow(undefined)
}

function node(stage: StageState, parent: string | undefined, children: readonly TreeNode[]): TreeNode {
  const { id } = stage.head
  const name = parent !== undefined && id.startsWith(`${parent}/`) ? id.slice(parent.length + 1) : id
  return { id, name, stage, children }
}

/** All nodes below a node, itself not included, depth first. */
export function descendants(parent: TreeNode): TreeNode[] {
  return parent.children.flatMap((child) => [child, ...descendants(child)])
}
