/** States what the code relies on; throws an Error when the code, not the user, is wrong. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (condition === false || condition === null || condition === undefined)
    throw new Error(`assay is wrong here: ${message}`)
}
