/** The largest of any number of numbers; −∞ of none. `Math.max(...values)` takes no more than fit on the stack, some 100,000. */
export function largest(values: Iterable<number>): number {
  let found = -Infinity
  for (const value of values) if (value > found) found = value
  return found
}
