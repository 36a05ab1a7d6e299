/** What runs along an axis of a hooked value. `row` is sequence · length + position, both in one axis. */
export type HookAxis = 'row' | 'sequence' | 'position' | 'head' | 'key' | 'unit'

/** A value of a graph that can be read and rewritten. */
export interface Hook {
  /** As users write it, such as `blocks.3.hook_resid_pre`. */
  readonly name: string
  /** Name of the value in the graph; two hooks may be the same value. */
  readonly value: string
  /** One for each axis of the value, the first being `row` or `sequence`. */
  readonly axes: readonly HookAxis[]
}

/** A hook or an edit that the graph does not have or cannot take; says which and what there is. */
export class HookError extends Error {
  override readonly name = 'HookError'
}
