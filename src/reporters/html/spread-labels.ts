/**
 * Moves labels apart vertically until neighbours are at least `gap` pixels apart, within [top, bottom] as far as they fit;
 * each stays as near to its wished place as the order allows.
 */
export function spreadLabels(
  wished: readonly number[],
  { gap, top, bottom }: { readonly gap: number; readonly top: number; readonly bottom: number },
): number[] {
  const order = wished.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at || a.index - b.index)
  const placed: number[] = []
  let floor = top
  for (const { at } of order) {
    const y = Math.max(at, floor)
    placed.push(y)
    floor = y + gap
  }
  let ceiling = bottom
  for (let i = placed.length - 1; i >= 0; i--) {
    const y = Math.min(placed[i] ?? ceiling, ceiling)
    placed[i] = y
    ceiling = y - gap
  }
  const result = [...wished]
  for (const [rank, { index }] of order.entries()) result[index] = placed[rank] ?? wished[index] ?? 0
  return result
}
