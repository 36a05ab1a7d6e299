import { StageError } from '../../../stage/stage-context.ts'
import type { ExampleTable } from './table.ts'

/**
 * Reads JSONL, an object a line with the input (numbers, also nested) under `input` and the answer under `target`.
 * Throws StageError naming the line.
 */
export function parseJsonl(text: string, file: string, target = 'target'): ExampleTable {
  const rows = text
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [{ line, where: `line ${i + 1} of ${file}` }]))
  const parsed = rows.map(({ line, where }) => {
    const value = parse(line, where) as Record<string, unknown> | null
    const input = numbersOf(value?.['input'])
    const answer = value?.[target]
    if (input === undefined || !isAnswer(answer))
      throw new StageError(`${where} is no example`, `Write {"input": [1, 2], "${target}": 3} on each line.`)
    return { input, answer, where }
  })
  const shape = parsed[0]?.input.shape ?? []
  const wrong = parsed.find(({ input }) => input.shape.join() !== shape.join())
  if (wrong !== undefined)
    throw new StageError(
      `${wrong.where} has an input of shape [${wrong.input.shape.join(', ')}], the first has [${shape.join(', ')}]`,
    )
  return {
    shape,
    inputs: Float64Array.from(parsed.flatMap(({ input }) => input.values)),
    answers: parsed.map(({ answer }) => answer),
  }
}

/** Reads a JSON list of pairs [a, b]; the answer of each is (a + b) mod `modulus`. Throws StageError. */
export function parsePairs(text: string, file: string, modulus: number | undefined): ExampleTable {
  const pairs = parse(text, file)
  if (modulus === undefined)
    throw new StageError(
      `${file} holds pairs of numbers and no answers`,
      'Give modulus: the answer is (a + b) mod modulus.',
    )
  const isResidue = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < modulus
  if (!Array.isArray(pairs)) throw new StageError(`${file} is no list of pairs`)
  pairs.forEach((pair: unknown, i) => {
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(isResidue))
      throw new StageError(
        `entry ${i} of ${file} is ${JSON.stringify(pair)}, not two whole numbers from 0 to ${modulus - 1}`,
      )
  })
  const given = pairs as readonly (readonly [number, number])[]
  return { shape: [2], inputs: Float64Array.from(given.flat()), answers: given.map(([a, b]) => (a + b) % modulus) }
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new StageError(`${where} is not JSON (${(error as Error).message})`)
  }
}

const isAnswer = (value: unknown): value is number | string | number[] =>
  typeof value === 'number' ||
  typeof value === 'string' ||
  (Array.isArray(value) && value.every((one) => typeof one === 'number'))

interface Nested {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

/** Numbers in lists of lists, all of one length at each depth; undefined for anything else. */
function numbersOf(value: unknown): Nested | undefined {
  if (typeof value === 'number') return { shape: [], values: [value] }
  if (!Array.isArray(value) || value.length === 0) return undefined
  const parts = value.map(numbersOf)
  const shape = parts[0]?.shape
  if (shape === undefined || parts.some((part) => part?.shape.join() !== shape.join())) return undefined
  return { shape: [value.length, ...shape], values: parts.flatMap((part) => part?.values ?? []) }
}
