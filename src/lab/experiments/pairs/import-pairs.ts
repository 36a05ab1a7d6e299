import { StageError } from '../../../stage/stage-context.ts'
import type { TextTokenizer } from '../../datasets/tokenizer.ts'
import type { PromptPair } from './prompt-pairs.ts'
import { checkPair } from './prompt-pairs.ts'

/**
 * Prompt pairs out of somebody else's file: auto-circuit's JSON (`prompts` with `clean`, `corrupt`, `answers`,
 * `wrong_answers`; `word_idxs` and `seq_labels` name positions), feature-circuits' JSONL (`clean_prefix`, `patch_prefix`,
 * `clean_answer`, `patch_answer`, `case`), or JSONL with the fields of either. Prompts and answers are text, or tokens.
 * Pairs whose halves differ in length, or whose answers are not one token each, are left out and counted.
 */
export function importPairs(
  text: string,
  tokenizer: TextTokenizer,
  { source, start }: { readonly source: string; readonly start: boolean },
): { readonly pairs: PromptPair[]; readonly uneven: number; readonly manyTokens: number } {
  const { rows, labels } = rowsOf(text, source)
  const begin = start && tokenizer.bos !== undefined ? [tokenizer.bos] : []
  const shifted = Object.fromEntries(Object.entries(labels).map(([name, at]) => [name, at + begin.length]))
  const read = rows.map((row, i) => readRow(row, tokenizer, { where: `prompt ${i + 1} of ${source}`, begin }))
  const single = read.filter(({ answers, wrong }) => [...answers, ...wrong].every((tokens) => tokens.length === 1))
  const even = single.filter(({ clean, corrupt }) => clean.length === corrupt.length)
  const pairs = even.map(({ clean, corrupt, answers, wrong, template }, i) =>
    checkPair(
      { clean, corrupt, answers: answers.flat(), wrong: wrong.flat(), labels: shifted, template },
      `pair ${i + 1} of ${source}`,
    ),
  )
  if (pairs.length === 0)
    throw new StageError(
      `of ${rows.length} prompts in ${source}, ${read.length - single.length} have answers of several tokens and ${single.length - even.length} have a corrupted twin of another length, so no pair is left`,
      'The file was perhaps made for another tokenizer.',
    )
  return { pairs, uneven: single.length - even.length, manyTokens: read.length - single.length }
}

type Row = Readonly<Record<string, unknown>>

function rowsOf(text: string, source: string): { rows: readonly Row[]; labels: Record<string, number> } {
  const whole = parse(text)
  if (typeof whole === 'object' && whole !== null && 'prompts' in whole) {
    const { prompts, word_idxs: words, seq_labels: sequence } = whole as Row
    if (!Array.isArray(prompts) || prompts.length === 0)
      throw new StageError(`${source}: prompts is no list of prompts`)
    return {
      rows: prompts as Row[],
      labels: { ...labelsOf(sequence), ...(words as Record<string, number> | undefined) },
    }
  }
  const list = Array.isArray(whole) ? (whole as unknown[]) : linesOf(text, source)
  return { rows: list as Row[], labels: {} }
}

/** Labels of each position in turn; one that stands twice names the first. */
function labelsOf(labels: unknown): Record<string, number> {
  const list = Array.isArray(labels) ? labels.map(String) : []
  return Object.fromEntries(list.map((name, i) => [name, i] as const).reverse())
}

const linesOf = (text: string, source: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => {
      const value = parse(line)
      if (typeof value !== 'object' || value === null)
        throw new StageError(`line ${i + 1} of ${source} is no JSON object`)
      return value
    })

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readRow(
  row: Row,
  tokenizer: TextTokenizer,
  { where, begin }: { readonly where: string; readonly begin: readonly number[] },
): { clean: number[]; corrupt: number[]; answers: number[][]; wrong: number[][]; template: string } {
  const encode = (value: unknown, field: string): number[] => {
    if (typeof value === 'string') return tokenizer.encode(value)
    if (Array.isArray(value) && value.every((token) => Number.isInteger(token))) return value as number[]
    throw new StageError(
      `${where} has no ${field}`,
      'Fields: clean, corrupt, answers, wrong_answers; or clean_prefix, patch_prefix, clean_answer, patch_answer.',
    )
  }
  const each = (value: unknown, field: string): number[][] =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      Number.isInteger(one) ? [one as number] : encode(one, field),
    )
  return {
    clean: [...begin, ...encode(row['clean'] ?? row['clean_prefix'], 'clean')],
    corrupt: [...begin, ...encode(row['corrupt'] ?? row['patch_prefix'], 'corrupt')],
    answers: each(row['answers'] ?? row['clean_answer'], 'answers'),
    wrong: each(row['wrong_answers'] ?? row['patch_answer'], 'wrong_answers'),
    template: textOf(row['template'] ?? row['case']),
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
