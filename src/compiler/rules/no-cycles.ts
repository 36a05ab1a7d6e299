import { needsOf, type BoundStage, type Need } from '../bound.ts'
import type { Report } from '../report.ts'

/** Law: no stage waits for itself, directly or through others. Each cycle is told once, edge by edge. */
export function noCycles(stages: readonly BoundStage[], report: Report): void {
  const edges = new Map<string, Need[]>()
  for (const stage of stages) {
    // The cells of a matrix count as one stage, with the edges of all of them.
    const known = edges.get(stage.spec.id) ?? []
    const isNew = ({ stage: to }: Need): boolean => !known.some((need) => need.stage === to)
    edges.set(stage.spec.id, stage.cell === undefined ? needsOf(stage) : [...known, ...needsOf(stage).filter(isNew)])
  }
  if (isOrdered(edges)) return
  const done = new Set<string>()
  for (const { spec } of stages) {
    const cycle = findCycle(spec.id, edges, done)
    if (cycle !== undefined) reportCycle(cycle, report)
  }
}

/** Whether every stage needs only stages written before it: then there is no cycle to look for. */
function isOrdered(edges: ReadonlyMap<string, readonly Need[]>): boolean {
  const before = new Set<string>()
  for (const [id, needs] of edges) {
    if (needs.some(({ stage }) => !before.has(stage))) return false
    before.add(id)
  }
  return true
}

/** Stages of a cycle that are named, and edges that are shown. */
const most = 20

interface Edge extends Need {
  readonly from: string
}

/** Walks depth first with a stack of its own, since a chain of stages can be long. */
function findCycle(start: string, edges: ReadonlyMap<string, readonly Need[]>, done: Set<string>): Edge[] | undefined {
  const path: Edge[] = []
  const onPath = new Set([start])
  const stack = [{ id: start, rest: [...(edges.get(start) ?? [])] }]
  let found: Edge[] | undefined
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const need = done.has(top.id) ? undefined : top.rest.shift()
    if (need === undefined) {
      done.add(top.id)
      onPath.delete(top.id)
      stack.pop()
      path.pop()
    } else if (onPath.has(need.stage)) {
      const whole = [...path, { ...need, from: top.id }]
      found ??= whole.slice(whole.findIndex(({ from }) => from === need.stage))
    } else if (!done.has(need.stage)) {
      path.push({ ...need, from: top.id })
      onPath.add(need.stage)
      stack.push({ id: need.stage, rest: [...(edges.get(need.stage) ?? [])] })
    }
  }
  return found
}

function reportCycle(cycle: readonly Edge[], report: Report): void {
  const [first, ...rest] = cycle
  if (first === undefined) return
  const names = cycle.map(({ from }) => from)
  const more = names.length - most
  const shown = more > 1 ? [...names.slice(0, most), `${String(more)} more`] : names
  const chain = [...shown, first.from].join(' → ')
  report({
    code: 'no-cycles',
    severity: 'error',
    message: cycle.length === 1 ? `\`${first.from}\` waits for itself` : `these stages wait for each other: ${chain}`,
    span: first.span,
    help: 'take one of these references away',
    ...(rest.length === 0
      ? {}
      : {
          related: rest
            .slice(0, most)
            .map(({ from, stage, span }) => ({ message: `\`${from}\` waits for \`${stage}\``, span })),
        }),
  })
}
