import type { ReportBlock } from '../../stage/report-block.ts'
import type { SweepCell } from './flat-region.ts'
import { isVague } from './flat-region.ts'

/** What a sweep found: its cells row by row, and which of them the flat region is. */
export interface SweepGrid {
  readonly cells: readonly SweepCell[]
  /** Cells of a row. */
  readonly columns: number
  readonly flat: readonly number[]
  /** Said where the flat region lies at one temperature alone. */
  readonly warning?: string
}

/** What keeps a cell from being compared, in words: what is worst about its sampler, or that it is too uncertain. */
const obstacleOf = (cell: SweepCell): string | undefined =>
  cell.why ?? (isVague(cell) ? 'too uncertain to compare' : undefined)

const inWords = ({ nbeta, epsilon, estimate, verdict }: SweepCell): string =>
  `nβ ${nbeta}, ε ${short(epsilon)}: ${[...(estimate === undefined ? [] : [inNumbers(estimate)]), verdict].join(', ')}`

/** Every cell, and then what is wrong with how many. */
export function cellsInWords(cells: readonly SweepCell[]): string {
  const counts = new Map<string, number>()
  for (const reason of cells.flatMap((cell) => kindOf(obstacleOf(cell)) ?? []))
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const reasons = [...counts].map(([reason, count]) => `in ${count} ${reason}`)
  return [cells.map(inWords).join('; '), ...reasons].join('. ')
}

/** A finding without its figures, which differ from cell to cell: `…: the data are hardly felt against the localization`. */
const kindOf = (reason: string | undefined): string | undefined => reason?.slice(reason.lastIndexOf(': ') + 1).trim()

/** What to change, by what is wrong with most cells. */
export function adviceOn(cells: readonly SweepCell[]): string {
  const count = (words: RegExp): number => cells.filter((cell) => words.test(obstacleOf(cell) ?? '')).length
  const advice: readonly (readonly [number, string])[] = [
    [
      count(/hardly felt/),
      'Give a smaller kappa, such as a hundredth, or larger nbetas: the localization hides the model.',
    ],
    [count(/a time, not a temperature|not in equilibrium|disagree/), 'Give a larger burnin, or a larger kappa.'],
    [count(/step size|left all bounds|doubled|flatter|forces lead/), 'Give smaller epsilons, or a larger kappa.'],
    [count(/no minimum/), 'Give the data that the model was trained on: there it has no minimum.'],
    [count(/too uncertain/), 'Give more draws or chains.'],
  ]
  const [most, text] = advice.reduce((best, one) => (one[0] > best[0] ? one : best))
  if (most > 0) return text
  return 'λ̂ changes with the step size or the temperature: give smaller epsilons, a larger batch, or nbetas closer together.'
}

/** λ̂ of each temperature at its smallest healthy step: how it depends on nβ. */
export function temperaturesInWords({ cells, columns }: SweepGrid): string {
  const each = Array.from({ length: cells.length / columns }, (_, row) => {
    const healthy = cells.slice(row * columns, (row + 1) * columns).filter(({ verdict }) => verdict === 'healthy')
    const best = healthy.toSorted((a, b) => a.epsilon - b.epsilon)[0]
    return best?.estimate === undefined ? [] : [`${inNumbers(best.estimate)} at nβ ${best.nbeta}`]
  })
  return `λ̂ does not depend on the step size there, but it does on the temperature (${each.flat().join(', ')}): a learning coefficient at that nβ, and no limit`
}

/** What the grid says, and the grid. */
export function sweepBlocks(
  grid: SweepGrid,
  { lambda, epsilons }: { readonly lambda: number; readonly epsilons: readonly number[] | undefined },
): ReportBlock[] {
  const { cells, flat, warning } = grid
  const nbetas = flat.map((place) => cells[place]!.nbeta)
  const [low, high] = [Math.min(...nbetas), Math.max(...nbetas)]
  const odd = cells.flatMap((cell) => {
    const obstacle = obstacleOf(cell)
    return obstacle === undefined ? [] : [`${inWords(cell)} (${obstacle})`]
  })
  const found = `λ̂ = ${lambda.toPrecision(3)}, the median of the ${flat.length} cells of the flat region, at nβ ${low === high ? low : `${low} to ${high}`}`
  const lines = [found, ...(warning === undefined ? [] : [warning]), ...odd]
  return [{ type: 'text', title: 'Learning coefficient', lines }, table(grid, epsilons)]
}

function table({ cells, columns, flat }: SweepGrid, epsilons: readonly number[] | undefined): ReportBlock {
  const rows = Array.from({ length: cells.length / columns }, (_, row) =>
    cells.slice(row * columns, (row + 1) * columns),
  )
  const text = ({ estimate, verdict }: SweepCell, place: number): string => {
    if (estimate === undefined) return verdict
    return `${inNumbers(estimate)}${flat.includes(place) ? ' *' : ''}${verdict === 'healthy' ? '' : ` (${verdict})`}`
  }
  const heads = epsilons?.map((epsilon) => `ε ${epsilon}`) ?? [
    'largest healthy ε',
    ...Array.from({ length: columns - 1 }, (_, i) => `ε/${2 ** (i + 1)}`),
  ]
  const named = (row: readonly SweepCell[]): string =>
    epsilons === undefined ? `${row[0]!.nbeta}, ε ${short(row[0]!.epsilon)}` : `${row[0]!.nbeta}`
  return {
    type: 'table',
    title: 'Learning coefficient by nβ and ε (* in the flat region)',
    columns: ['nβ', ...heads],
    rows: rows.map((row, i) => [named(row), ...row.map((cell, column) => text(cell, i * columns + column))]),
  }
}

const inNumbers = ({ mean, se }: NonNullable<SweepCell['estimate']>): string =>
  `${mean.toPrecision(3)} ± ${se.toPrecision(2)}`
const short = (value: number): string => `${Number(value.toPrecision(3))}`
