import type { Timing } from './measure.ts'

/** A line of the table: a timing, and what it means. */
export interface Row extends Timing {
  /** What the figure is held against, such as `31 % of the matmul limit`. A ratio of this same run. */
  readonly note?: string
}

export interface BenchCase {
  readonly name: string
  readonly title: string
  run(): Promise<readonly Row[]>
}
