import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOfJson } from '../../base/digest.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { Dataset } from './dataset.ts'

type Vocabulary = Readonly<Record<string, number>> | readonly (readonly [string, number])[]

interface Definition {
  readonly model?: { readonly vocab?: Vocabulary }
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[]
}

/**
 * Digest of a tokenizer's tokens in the order of their numbers: the same for every file that holds them, however it is
 * written. Undefined for a folder without a `tokenizer.json` that can be read.
 */
export async function tokenizerDigest(folder: string): Promise<string | undefined> {
  let definition: Definition
  try {
    definition = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')) as Definition
  } catch {
    return undefined
  }
  const vocab = definition.model?.vocab ?? {}
  const tokens: (string | null)[] = []
  if (isList(vocab))
    vocab.forEach(([token], id) => {
      tokens[id] = token
    })
  else for (const [token, id] of Object.entries(vocab)) tokens[id] = token
  for (const { id, content } of definition.added_tokens ?? []) tokens[id] = content
  return digestOfJson(Array.from(tokens, (token) => token ?? null))
}

const isList = (vocab: Vocabulary): vocab is readonly (readonly [string, number])[] => Array.isArray(vocab)

/**
 * Throws StageError where the data was made with another tokenizer than the model's: a loss on it would be of other
 * words. Nothing is said where either does not name its tokenizer.
 */
export async function checkSameTokenizer({ tokenizer, vocabulary }: Dataset, model: string): Promise<void> {
  const own = tokenizer === undefined ? undefined : await tokenizerDigest(model)
  if (own === undefined || own === tokenizer) return
  throw new StageError(
    `the data (${vocabulary} tokens) was made with another tokenizer than the model's own, so its token numbers mean other words`,
    "Tokenise the text with the model's own tokenizer: tokenizer: MODEL.",
  )
}
