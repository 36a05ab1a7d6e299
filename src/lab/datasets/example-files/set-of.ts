import { StageError } from '../../../stage/stage-context.ts'
import type { ExampleSet, Targets } from '../example-set.ts'
import type { ExampleTable } from './table.ts'

export interface SetOptions {
  /** For messages. */
  readonly file: string
  readonly inputs: 'numbers' | 'tokens'
  readonly answers: 'class' | 'number'
  readonly classes?: number | undefined
  readonly modulus?: number | undefined
  readonly shift: number
  readonly scale: number
  readonly limit?: number | undefined
}

/** A table of numbers as a set of examples: cut, normalised, its answers numbered. Throws StageError for what does not fit. */
export function setOf(table: ExampleTable, options: SetOptions): ExampleSet {
  const { file, limit = Infinity, modulus } = options
  const examples = Math.min(table.answers.length, limit)
  if (examples === 0) throw new StageError(`${file} has no examples in it`)
  const each = table.inputs.length / table.answers.length
  const raw = table.inputs.subarray(0, examples * each)
  const answers = table.answers.slice(0, examples)
  const areTokens = options.inputs === 'tokens' || modulus !== undefined
  const { targets, names } =
    options.answers === 'class'
      ? classesOf(answers, { file, classes: options.classes ?? modulus })
      : { targets: numbersOf(answers, file), names: undefined }
  return {
    examples,
    shape: table.shape,
    inputs: areTokens ? tokensOf(raw, options) : normalised(raw, options),
    targets,
    ...(names === undefined ? {} : { names }),
    normalisation: areTokens ? 'none: token numbers' : wordsOf(options),
  }
}

const wordsOf = ({ shift, scale }: SetOptions): string =>
  shift === 0 && scale === 1 ? 'none' : `(x − ${shift}) / ${scale}`

function normalised(raw: Float64Array, { file, shift, scale }: SetOptions): Float32Array {
  const bad = raw.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) throw new StageError(`${file} holds ${raw[bad]} among its inputs`)
  return Float32Array.from(raw, (value) => (value - shift) / scale)
}

function tokensOf(raw: Float64Array, { file, shift, scale }: SetOptions): Int32Array {
  if (shift !== 0 || scale !== 1)
    throw new StageError(`the inputs of ${file} are token numbers; shift and scale are for others`)
  const bad = raw.findIndex((value) => !Number.isInteger(value) || value < 0 || value >= 2 ** 31)
  if (bad >= 0) throw new StageError(`${file} holds ${raw[bad]} among its inputs, which is no token number`)
  return Int32Array.from(raw)
}

function classesOf(
  answers: ExampleTable['answers'],
  { file, classes }: { readonly file: string; readonly classes: number | undefined },
): { targets: Targets; names: readonly string[] | undefined } {
  const areNumbers = answers.every((answer) => Number.isInteger(answer))
  const names = areNumbers ? undefined : [...new Set(answers.map(String))].sort()
  if (!areNumbers && answers.some((answer) => typeof answer !== 'string'))
    throw new StageError(
      `the answers of ${file} are neither whole numbers nor names, so they are no classes`,
      'Give answers: number for a network that answers in numbers.',
    )
  const data = Int32Array.from(answers, (answer) =>
    names === undefined ? Number(answer) : names.indexOf(String(answer)),
  )
  const least = data.reduce((a, b) => Math.min(a, b), Infinity)
  const most = data.reduce((a, b) => Math.max(a, b), 0) + 1
  if (least < 0 || (classes !== undefined && most > classes))
    throw new StageError(`the answers of ${file} go from ${least} to ${most - 1}, outside ${classes ?? most} classes`)
  return { targets: { kind: 'class', classes: classes ?? most, data }, names }
}

function numbersOf(answers: ExampleTable['answers'], file: string): Targets {
  const rows = answers.map((answer) => (Array.isArray(answer) ? (answer as readonly number[]) : [Number(answer)]))
  const width = rows[0]?.length ?? 0
  const bad = rows.findIndex((row) => row.length !== width || !row.every(Number.isFinite))
  if (bad >= 0)
    throw new StageError(`answer ${bad} of ${file} is ${JSON.stringify(answers[bad])}, not ${width} numbers`)
  return { kind: 'number', width, data: Float32Array.from(rows.flat()) }
}
