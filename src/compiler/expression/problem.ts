/** What is wrong with an expression, and where in its source. */
export interface ExpressionProblem {
  readonly start: number
  readonly end: number
  readonly message: string
  /** What may have been meant, and all there is. */
  readonly known?: { readonly word: string; readonly names: readonly string[]; readonly what: string }
  readonly help?: string
  /** It follows from a wrong name that has been told where it is given. */
  readonly isTold?: true
}
