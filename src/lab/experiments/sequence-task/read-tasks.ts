import { StageError } from '../../../stage/stage-context.ts'
import type { TextTokenizer } from '../../datasets/tokenizer.ts'
import { promptTokens } from '../answers.ts'

/** An input and what should follow it: one answer of any length, or several of one token each, any of which is right. */
export interface SequenceTask {
  readonly tokens: readonly number[]
  readonly answers: readonly (readonly number[])[]
  /** Wrong answers to compare with, one token each; may be none. */
  readonly wrong: readonly number[]
}

export interface ReadTasks {
  /** For messages. */
  readonly source: string
  /** Which prompt of files that hold a clean and a corrupted one. */
  readonly side: 'clean' | 'corrupt'
  /** Whether a text is begun with the tokenizer's start token. */
  readonly start: boolean
  /** Asked for where the file holds text. */
  tokenizer(): Promise<TextTokenizer>
}

interface Entry {
  readonly input: unknown
  readonly answers: readonly unknown[]
  readonly wrong: readonly unknown[]
  readonly where: string
}

/**
 * Reads JSONL of `{"input", "answer"}` (or `answers`, and `wrong`), or a JSON file of auto-circuit, `{"prompts": [{"clean",
 * "corrupt", "answers", "wrong_answers"}]}`. Inputs and answers are texts, or lists of token numbers. Throws StageError
 * naming the entry.
 */
export async function readTasks(text: string, options: ReadTasks): Promise<SequenceTask[]> {
  const entries = entriesOf(text, options)
  if (entries.length === 0) throw new StageError(`${options.source} has no tasks in it`)
  const hasText = entries.some(({ input, answers, wrong }) =>
    [input, ...answers, ...wrong].some((one) => typeof one === 'string'),
  )
  const tokenizer = hasText ? await options.tokenizer() : undefined
  return entries.map((entry) => taskOf(entry, tokenizer, options.start))
}

function entriesOf(text: string, { source, side }: ReadTasks): Entry[] {
  const whole = parse(text) as { readonly prompts?: unknown } | undefined
  if (Array.isArray(whole?.prompts))
    return whole.prompts.map((prompt: unknown, i) => {
      const { answers, wrong_answers, ...sides } = (prompt ?? {}) as Record<string, unknown>
      return {
        input: sides[side],
        answers: listOf(answers),
        wrong: listOf(wrong_answers),
        where: `prompt ${i} of ${source}`,
      }
    })
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    const { input, answer, answers, wrong } = (parse(line) ?? {}) as Record<string, unknown>
    const given = answer === undefined ? listOf(answers) : [answer]
    return [{ input, answers: given, wrong: listOf(wrong), where: `line ${i + 1} of ${source}` }]
  })
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value]

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function taskOf(
  { input, answers, wrong, where }: Entry,
  tokenizer: TextTokenizer | undefined,
  start: boolean,
): SequenceTask {
  const help = 'Write {"input": "2 + 2 =", "answer": " 4"} on each line, or lists of token numbers.'
  if (input === undefined || answers.length === 0) throw new StageError(`${where} is no task`, help)
  const tokens = (value: unknown, what: string): number[] => {
    if (isTokens(value)) return [...value]
    if (typeof value === 'number' && isTokens([value])) return [value]
    if (typeof value !== 'string' || tokenizer === undefined)
      throw new StageError(`${where}: ${what} is no text and no list of token numbers`, help)
    const found = tokenizer.encode(value)
    if (found.length === 0 || (tokenizer.unknown !== undefined && found.includes(tokenizer.unknown)))
      throw new StageError(
        `${where}: ${what} "${value}" is empty or has words that the model's tokenizer does not know`,
      )
    return found
  }
  const one = (value: unknown, what: string): number => {
    const [first, ...more] = tokens(value, what)
    if (first === undefined || more.length > 0)
      throw new StageError(
        `${where}: ${what} "${String(value)}" is ${more.length + 1} tokens of the model's tokenizer, where one is needed`,
      )
    return first
  }
  if (answers.length === 1 && wrong.length > 0 && tokens(answers[0], 'the answer').length > 1)
    throw new StageError(
      `${where}: the answer "${String(answers[0])}" is several tokens of the model's tokenizer, and wrong answers are compared with one token`,
      'Give an answer of one token, or leave the wrong ones out.',
    )
  const begun =
    typeof input === 'string' && start && tokenizer !== undefined
      ? promptTokens(input, tokenizer)
      : tokens(input, 'the input')
  return {
    tokens: begun,
    answers:
      answers.length === 1 ? [tokens(answers[0], 'the answer')] : answers.map((answer) => [one(answer, 'the answer')]),
    wrong: wrong.map((answer) => one(answer, 'the wrong answer')),
  }
}

const isTokens = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every((token) => Number.isInteger(token) && token >= 0)
