import { invariant } from '../base/invariant.ts'

/** Every item after those it needs; among the items that are ready, the order they came in. Needs must have no cycle. */
export function topologicalOrder<T extends { readonly id: string; readonly needs: readonly string[] }>(
  items: readonly T[],
): T[] {
  const indexOf = new Map(items.map(({ id }, index) => [id, index]))
  const missing = items.map(({ needs }) => new Set(needs).size)
  const dependents: number[][] = items.map(() => [])
  items.forEach(({ needs }, index) => {
    for (const need of new Set(needs)) dependents[indexOf.get(need) ?? -1]?.push(index)
  })
  const ready = missing.flatMap((count, index) => (count === 0 ? [index] : []))
  const order: T[] = []
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    order.push(items[next] as T)
    for (const dependent of dependents[next] ?? []) {
      missing[dependent] = (missing[dependent] ?? 0) - 1
      if (missing[dependent] === 0) insert(ready, dependent)
    }
  }
  invariant(order.length === items.length, 'stages that wait for each other are ordered')
  return order
}

/** Keeps the list sorted. */
function insert(sorted: number[], value: number): void {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as number) < value) low = middle + 1
    else high = middle
  }
  sorted.splice(low, 0, value)
}
