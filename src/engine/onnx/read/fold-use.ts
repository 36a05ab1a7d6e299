import type { Attributes, ElementType } from '../graph.ts'
import type { SmallTensor } from './small-tensor.ts'

/** What folding sees of a node: its inputs where they are small constants. */
export interface FoldUse {
  readonly op: string
  readonly name: string
  readonly x: readonly (SmallTensor | undefined)[]
  readonly attributes: Attributes
  int(name: string, otherwise: number): number
  ints(name: string): readonly number[] | undefined
  castType(): ElementType | undefined
}
/** The node's result, or results, or `undefined` where it cannot be worked out. */
export type Fold = (use: FoldUse) => SmallTensor | readonly SmallTensor[] | undefined
