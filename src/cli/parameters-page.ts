import { largest } from '../base/largest.ts'
import type { SelectedTensor } from '../engine/model/selection/select-parameters.ts'

interface SelectedParameters {
  readonly select: string
  readonly elements: number
  /** Weights of the whole model. */
  readonly of: number
  readonly tensors: readonly SelectedTensor[]
}

/** The tensors of a selection, a line each, with how much of each is selected. */
export function parametersPage({ select, elements, of, tensors }: SelectedParameters): string {
  const rows = tensors.map(({ name, shape, elements: each }) => {
    const size = shape.reduce((a, b) => a * b, 1)
    return [name, `[${shape.join(', ')}]`, each === size ? `${each}` : `${each} of ${size}`]
  })
  const [first, second] = [0, 1].map((column) => largest(rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map(([name = '', shape = '', count = '']) =>
    `  ${name.padEnd(first ?? 0)}  ${shape.padEnd(second ?? 0)}  ${count}`.trimEnd(),
  )
  const share = ((100 * elements) / of).toPrecision(3)
  return [`${select}: ${elements} of ${of} weights (${share} %) in ${tensors.length} tensors`, ...lines, ''].join('\n')
}
