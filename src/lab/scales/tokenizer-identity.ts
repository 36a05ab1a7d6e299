import { digestOfJson } from '../../base/digest.ts'
import type { TextTokenizer } from '../datasets/tokenizer.ts'

/** Whose tokens a loss is per: losses per tokens of different tokenizers are different quantities. */
export interface TokenizerIdentity {
  /** Its usual name, where it is one of those that scaling laws are about. */
  readonly name?: string
  /** Digest of the list of its tokens in the order of their numbers: the same for every file that holds it. */
  readonly digest: string
}

/** A few tokens at their numbers tell the tokenizers apart that published families of models were measured with. */
const known: readonly { name: string; sizes: readonly [number, number]; tokens: Readonly<Record<number, string>> }[] = [
  { name: 'GPT-2', sizes: [50_257, 50_257], tokens: { 198: 'Ċ', 262: 'Ġthe', 50_256: '<|endoftext|>' } },
  { name: 'Pythia', sizes: [50_254, 50_304], tokens: { 0: '<|endoftext|>', 187: 'Ċ', 253: 'Ġthe' } },
]

export function tokenizerIdentity({
  vocabulary,
  tokenOf,
}: Pick<TextTokenizer, 'vocabulary' | 'tokenOf'>): TokenizerIdentity {
  const digest = digestOfJson(Array.from({ length: vocabulary }, (_, id) => tokenOf(id) ?? null))
  const found = known.find(
    ({ sizes: [least, most], tokens }) =>
      vocabulary >= least &&
      vocabulary <= most &&
      Object.entries(tokens).every(([id, token]) => tokenOf(Number(id)) === token),
  )
  return found === undefined ? { digest } : { name: found.name, digest }
}

/** Whether the tokenizer is the one that a law or family names, by name or digest. */
export const isTokenizer = ({ name, digest }: TokenizerIdentity, wanted: string): boolean =>
  wanted === name || wanted === digest
