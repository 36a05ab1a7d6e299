/** Activations of examples, row-major [rows, width]. */
export interface Features {
  readonly values: Float64Array
  readonly rows: number
  readonly width: number
}

/**
 * Features less their mean and over their deviation on the rows `train`, divided by √width: a row's squared length is 1
 * on average there, so a penalty means the same at any width. A feature that is constant on those rows becomes 0.
 */
export function standardise({ values, rows, width }: Features, train: readonly number[]): Features {
  const scaled = new Float64Array(rows * width)
  for (let j = 0; j < width; j++) {
    const mean = train.reduce((sum, i) => sum + values[i * width + j]!, 0) / train.length
    const square = train.reduce((sum, i) => sum + (values[i * width + j]! - mean) ** 2, 0) / train.length
    const deviation = Math.sqrt(square)
    if (deviation <= 1e-12 * Math.max(1, Math.abs(mean))) continue
    for (let i = 0; i < rows; i++)
      scaled[i * width + j] = (values[i * width + j]! - mean) / deviation / Math.sqrt(width)
  }
  return { values: scaled, rows, width }
}

/** The given rows alone. */
export function rowsOf({ values, width }: Features, rows: readonly number[]): Features {
  const chosen = new Float64Array(rows.length * width)
  rows.forEach((row, i) => {
    chosen.set(values.subarray(row * width, (row + 1) * width), i * width)
  })
  return { values: chosen, rows: rows.length, width }
}
