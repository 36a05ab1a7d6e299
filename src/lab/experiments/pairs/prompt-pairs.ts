import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { readText } from '../../datasets/read-text.ts'
import { StageError } from '../../../stage/stage-context.ts'

/** A prompt and its corrupted twin, of as many tokens. One line of the `pairs` artifact, as JSON. */
export interface PromptPair {
  readonly clean: readonly number[]
  readonly corrupt: readonly number[]
  /** Tokens that are right after the clean prompt, and those they are compared with. */
  readonly answers: readonly number[]
  readonly wrong: readonly number[]
  /** Position of named tokens, such as `S2`; the same names in every pair. */
  readonly labels: Readonly<Record<string, number>>
  /** Prompts of one template are averaged together where a mean is put in place of an activation. */
  readonly template: string
}

export const writePairs = (file: string, pairs: readonly PromptPair[]): Promise<void> =>
  writeFile(file, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''))

/** Reads a `pairs` artifact. Throws StageError naming the line that is no pair and why. */
export async function readPairs(file: string): Promise<PromptPair[]> {
  const source = basename(file)
  const text = await readText(file)
  const pairs = text
    .split('\n')
    .map((line, i) => ({ line, where: `line ${i + 1} of ${source}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, where }) => checkPair(parse(line), where))
  if (pairs.length === 0) throw new StageError(`${source} has no prompt pairs in it`)
  return pairs
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const isTokens = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every((token) => Number.isInteger(token) && token >= 0)

/** The value as a pair. Throws StageError saying what is wrong with it. */
export function checkPair(value: unknown, where: string): PromptPair {
  const { clean, corrupt, answers, wrong, labels = {}, template = '' } = (value ?? {}) as Partial<PromptPair>
  const help = 'A line is {"clean": [tokens], "corrupt": [tokens], "answers": [tokens], "wrong": [tokens]}.'
  for (const [name, tokens] of Object.entries({ clean, corrupt, answers, wrong }))
    if (!isTokens(tokens)) throw new StageError(`${where}: ${name} is no list of tokens`, help)
  if (clean!.length !== corrupt!.length)
    throw new StageError(
      `${where}: the clean prompt has ${clean!.length} tokens and the corrupted one ${corrupt!.length}`,
      'Activations are exchanged position by position, so the two must be of the same length.',
    )
  for (const [name, position] of Object.entries(labels))
    if (!Number.isInteger(position) || position < 0 || position >= clean!.length)
      throw new StageError(`${where}: the label ${name} stands at ${position}, outside the prompt`, help)
  if (typeof template !== 'string') throw new StageError(`${where}: the template is no text`, help)
  return { clean: clean!, corrupt: corrupt!, answers: answers!, wrong: wrong!, labels, template }
}
