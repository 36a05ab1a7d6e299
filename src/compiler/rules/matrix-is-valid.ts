import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'

const code = 'matrix-is-valid'

/** Cells of one stage. */
export const maxCells = 10_000
/** Stages that a pipeline may come to, matrices and other files unfolded. */
export const maxStages = 20_000
/** References that all lists gathered over matrices may come to. */
export const maxGathered = 1_000_000

/**
 * Law: a matrix gives each of its variables a list of plain values of one type, and comes to a number of cells that a
 * person can mean.
 */
export const wrongMatrix = (message: string, span: SourceSpan, help: string): Diagnostic => ({
  code,
  severity: 'error',
  message,
  span,
  help,
})

/** Advice: an `exclude` that leaves nothing out is a mistyped value. */
export const excludesNothing = (span: SourceSpan): Diagnostic => ({
  code,
  severity: 'warning',
  message: 'this `exclude` matches no cell of the matrix',
  span,
  help: 'its values must be among those of the lists',
})

export const tooManyCells = (stage: string, cells: number, span: SourceSpan): Diagnostic =>
  wrongMatrix(
    `the matrix of \`${stage}\` has ${cells.toLocaleString('en')} cells; a stage may have ${maxCells.toLocaleString('en')}`,
    span,
    'shorten its lists, or split the sweep into several pipelines',
  )

export const tooManyStages = (span: SourceSpan): Diagnostic =>
  wrongMatrix(
    `this pipeline comes to more than ${maxStages.toLocaleString('en')} stages`,
    span,
    'shorten the matrices, or split it into several pipelines',
  )

export const gathersTooMuch = (span: SourceSpan): Diagnostic =>
  wrongMatrix(
    `the lists gathered in this pipeline come to more than ${maxGathered.toLocaleString('en')} references`,
    span,
    'gather in one stage, not in each cell of a matrix',
  )
