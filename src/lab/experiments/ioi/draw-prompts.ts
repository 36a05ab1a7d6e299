import { StageError } from '../../../stage/stage-context.ts'
import type { TextTokenizer } from '../../datasets/tokenizer.ts'
import type { Random } from '../../random.ts'
import type { IoiWords } from './words.ts'

/** A prompt up to the word before the answer. */
export interface IoiPrompt {
  readonly text: string
  readonly tokens: readonly number[]
  /** Token of the indirect object, the right answer. */
  readonly io: number
  /** Token of the subject, the name that was said twice. */
  readonly s: number
}
export type Order = 'ABBA' | 'BABA' | 'mixed'

const fewestNames = 8

/**
 * A function that draws prompts: template, order, two different names, place and object, all uniform. Only names that
 * are one token after a space can be answers. Throws StageError where the tokenizer leaves too few, or does not know a word.
 */
export function promptDrawer(words: IoiWords, tokenizer: TextTokenizer, order: Order): (random: Random) => IoiPrompt {
  const tokenOf = singleTokenNames(words, tokenizer)
  const names = [...tokenOf.keys()]
  const start = tokenizer.bos === undefined ? [] : [tokenizer.bos]
  const draw = (random: Random): IoiPrompt => {
    const pattern = random.pick(words.templates[order === 'mixed' ? random.pick(['ABBA', 'BABA'] as const) : order])
    const io = random.pick(names)
    const s = random.pick(names.filter((name) => name !== io))
    const filling: Readonly<Record<string, string>> = {
      IO: io,
      S: s,
      place: random.pick(words.places),
      object: random.pick(words.objects),
    }
    const text = pattern
      .slice(0, pattern.lastIndexOf('{IO}'))
      .trimEnd()
      .replaceAll(/\{(\w+)\}/g, (slot, name: string) => filling[name] ?? slot)
    const tokens = [...start, ...tokenizer.encode(text)]
    return { text, tokens, io: tokenOf.get(io) as number, s: tokenOf.get(s) as number }
  }
  return (random) => checkWords(draw(random), tokenizer)
}

/**
 * Token of each name that is one token after a space. Throws StageError where they are too few for IOI.
 */
export function singleTokenNames(words: IoiWords, tokenizer: TextTokenizer): Map<string, number> {
  const tokenOf = new Map<string, number>()
  for (const name of words.names) {
    const [token, ...more] = tokenizer.encode(` ${name}`)
    if (token !== undefined && more.length === 0 && token !== tokenizer.unknown) tokenOf.set(name, token)
  }
  if (tokenOf.size < fewestNames)
    throw new StageError(
      `only ${tokenOf.size} of ${words.names.length} names are one token of the model's tokenizer; IOI needs ${fewestNames}`,
      "Give grammar: a record of names, places, objects and templates in the model's own words.",
    )
  return tokenOf
}

/** The prompt, if the tokenizer knows all its words. Throws StageError otherwise. */
export function checkWords<P extends Pick<IoiPrompt, 'text' | 'tokens'>>(
  prompt: P,
  { unknown, tokenOf }: TextTokenizer,
): P {
  if (unknown === undefined || !prompt.tokens.includes(unknown)) return prompt
  throw new StageError(
    `the IOI prompt "${prompt.text}" has words that the model's tokenizer does not know; it reads "${prompt.tokens.map((id) => tokenOf(id) ?? '?').join(' ')}"`,
    "Give grammar: a record of names, places, objects and templates in the model's own words.",
  )
}
