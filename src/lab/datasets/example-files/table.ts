/** What a reader of files gives: a row of numbers for each example, and what was given as its answer. */
export interface ExampleTable {
  /** Shape of one example as the file has it. */
  readonly shape: readonly number[]
  /** Row-major [examples, …shape]. */
  readonly inputs: Float64Array
  /** A class by number or name, or numbers. */
  readonly answers: readonly (number | string | readonly number[])[]
}
