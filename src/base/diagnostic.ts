/** A place in a source text. Lines and columns count from 1; columns count UTF-16 units. `length` is at least 1. */
export interface SourceSpan {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly offset: number
  readonly length: number
}

/**
 * Something wrong in what the user wrote: data, never thrown. Printing is another module's job.
 * `code` is stable and names the property that must hold (`inputs-exist`).
 */
export interface Diagnostic {
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** What is wrong, and why, in one sentence. */
  readonly message: string
  readonly span: SourceSpan
  /** What to do about it. */
  readonly help?: string
  /** Other places that belong to the same mistake, such as the edges of a cycle. */
  readonly related?: readonly { readonly message: string; readonly span: SourceSpan }[]
}
