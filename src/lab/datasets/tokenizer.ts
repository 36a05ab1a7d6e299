import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { largest } from '../../base/largest.ts'
import { readWholeFile } from '../../engine/model/read-whole-file.ts'
import { StageError } from '../../stage/stage-context.ts'
import { byteLevelBpe } from './byte-level-bpe.ts'
import type { TokenizerDefinition } from './tokenizer-definition.ts'
import { checkedDefinition } from './tokenizer-definition.ts'

/** A tokenizer as the lab uses it: text to ids, no special tokens added. */
export interface TextTokenizer {
  readonly vocabulary: number
  /** Fills sequences that are shorter than the others; 0 where the tokenizer has no such token, for the mask hides it. */
  readonly pad: number
  /** Starts a sequence, where the tokenizer has such a token. */
  readonly bos: number | undefined
  readonly unknown: number | undefined
  readonly encode: (text: string) => number[]
  readonly tokenOf: (id: number) => string | undefined
}

/** What is used of the library's class; its own type declarations do not resolve in Node's module system. */
interface Library {
  token_to_id(token: string): number | undefined
  id_to_token(id: number): string | undefined
  get_vocab(): Map<string, number>
  encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: number[] }
}
type LibraryTokenizer = new (definition: object, config: object) => Library

/** Reads `tokenizer.json` of a folder (a model's, or a tokenizer's own), or `vocab.json` with `merges.txt`. Throws StageError when it is missing or broken. */
export async function openTokenizer(folder: string): Promise<TextTokenizer> {
  const file = join(folder, 'tokenizer.json')
  const definition = checkedDefinition(await readDefinition(file, folder), file)
  const config = await readConfig(join(folder, 'tokenizer_config.json'))
  const unknownToken = definition.model?.unk_token ?? textOf(config['unk_token'])
  const tokenizer = await load(file, definition, {
    ...config,
    ...(unknownToken === undefined ? {} : { unk_token: unknownToken }),
  })
  const idOf = (...names: readonly (string | undefined)[]): number | undefined =>
    names.flatMap((name) => (name === undefined ? [] : [tokenizer.token_to_id(name)])).find((id) => id !== undefined)
  return {
    vocabulary: largest(tokenizer.get_vocab().values()) + 1,
    pad: idOf(textOf(config['pad_token']), '<pad>', '[PAD]') ?? 0,
    bos: idOf(textOf(config['bos_token']), '<bos>', '<s>', '<|endoftext|>', '<|begin_of_text|>'),
    unknown: idOf(unknownToken) ?? definition.model?.unk_id,
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    tokenOf: (id) => tokenizer.id_to_token(id),
  }
}

/** `tokenizer.json`, or what it would say of the two files that GPT-2 was first published with. */
async function readDefinition(file: string, folder: string): Promise<unknown> {
  const isThere = await stat(file).then(
    () => true,
    () => false,
  )
  return (isThere ? undefined : await byteLevelBpe(folder)) ?? parseFile(file)
}

/** Names of special tokens, for want of which the usual ones are looked for. */
async function readConfig(file: string): Promise<Readonly<Record<string, unknown>>> {
  const found = await parseFile(file).catch((): unknown => ({}))
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {}
}

async function parseFile(file: string): Promise<unknown> {
  const bytes = await readWholeFile(file, 1e9).catch((cause: unknown) => {
    throw new StageError(
      `${file} cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
      'A model or tokenizer folder needs a Hugging Face tokenizer.json, or vocab.json with merges.txt.',
    )
  })
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    throw new StageError(`${file} is not JSON`, 'It should be a Hugging Face tokenizer.json.')
  }
}

/** The library is loaded here, so that checking a pipeline does not wait for it. */
async function load(file: string, definition: TokenizerDefinition, config: object): Promise<Library> {
  const library = (await import('@huggingface/tokenizers')) as unknown as { readonly Tokenizer: LibraryTokenizer }
  try {
    return new library.Tokenizer(definition, config)
  } catch (cause) {
    throw new StageError(
      `${file} is no tokenizer that can be used here (${cause instanceof Error ? cause.message : String(cause)})`,
    )
  }
}

/** Special tokens are written as text or as an object with `content`. */
function textOf(token: unknown): string | undefined {
  if (typeof token === 'string') return token
  const content = (token as { content?: unknown } | null | undefined)?.content
  return typeof content === 'string' ? content : undefined
}
