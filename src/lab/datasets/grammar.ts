import { invariant } from '../../base/invariant.ts'
import type { Random } from '../random.ts'

/**
 * A small stochastic grammar: choose a template by weight, then fill its slots. Draws from one list within one sentence
 * are all different. Every choice is uniform, so probabilities and the entropy are exact sums of logarithms.
 */
export interface Grammar {
  readonly lists: Readonly<Record<string, readonly string[]>>
  /** One-to-one answers, such as the place where somebody lives. */
  readonly answers: ReadonlyMap<string, string>
  readonly templates: readonly Template[]
}
export interface Template {
  readonly name: string
  /** Relative to the sum of all weights. */
  readonly weight: number
  readonly slots: readonly Slot[]
}
export type Slot =
  | { readonly is: 'word'; readonly word: string }
  | { readonly is: 'draw'; readonly list: string; readonly as: string }
  | { readonly is: 'again'; readonly as: string }
  | { readonly is: 'answer'; readonly to: string }

/** A sentence and its exact probability in nats, −ln p. */
export interface Sentence {
  readonly template: string
  readonly words: readonly string[]
  readonly surprisal: number
}

/** Slots from text: `{IO:names}` draws from a list, `{IO}` says it again, `{=who}` is the answer to `who`. */
export function parseTemplate(name: string, weight: number, text: string): Template {
  const slots = text.split(' ').map((part): Slot => {
    const [, equals, as, list] = /^\{(=?)(\w+)(?::(\w+))?\}$/.exec(part) ?? []
    if (as === undefined) return { is: 'word', word: part }
    if (equals === '=') return { is: 'answer', to: as }
    return list === undefined ? { is: 'again', as } : { is: 'draw', list, as }
  })
  return { name, weight, slots }
}

/** Draws one sentence. */
export function drawSentence(grammar: Grammar, random: Random): Sentence {
  const total = totalWeight(grammar)
  let left = random.uniform() * total
  const template = grammar.templates.find((candidate) => (left -= candidate.weight) < 0) ?? grammar.templates.at(-1)
  invariant(template, 'a grammar has templates')
  const filled = new Map<string, string>()
  const words = template.slots.map((slot) => {
    if (slot.is !== 'draw') return said(grammar, slot, filled)
    const taken = drawnFrom(template, slot, filled)
    const word = random.pick(list(grammar, slot.list).filter((candidate) => !taken.includes(candidate)))
    filled.set(slot.as, word)
    return word
  })
  return {
    template: template.name,
    words,
    surprisal: Math.log(total / template.weight) + fillingNats(grammar, template),
  }
}

/** −ln p of each derivation of these words; a grammar is unambiguous when there is never more than one. */
export function derivations(grammar: Grammar, words: readonly string[]): number[] {
  const total = totalWeight(grammar)
  return grammar.templates
    .filter((template) => template.slots.length === words.length && matches(grammar, template, words))
    .map((template) => Math.log(total / template.weight) + fillingNats(grammar, template))
}

/**
 * Entropy of a sentence in nats, H = Σ_t p_t (−ln p_t + Σ_draws ln choices), the mean number of words, and their
 * quotient in nats per token: the least mean loss that any model of this language can have. Exact if no sentence has
 * two derivations and none begins another.
 */
export function entropy(grammar: Grammar): {
  readonly sentence: number
  readonly words: number
  readonly perToken: number
} {
  const total = totalWeight(grammar)
  let [sentence, words] = [0, 0]
  for (const template of grammar.templates) {
    const p = template.weight / total
    sentence += p * (fillingNats(grammar, template) - Math.log(p))
    words += p * template.slots.length
  }
  return { sentence, words, perToken: sentence / words }
}

/** Every word the grammar can say, in the order of first mention. */
export function vocabularyOf(grammar: Grammar): string[] {
  const spoken = grammar.templates.flatMap(({ slots }) =>
    slots.flatMap((slot) => (slot.is === 'word' ? [slot.word] : [])),
  )
  return [...new Set([...spoken, ...Object.values(grammar.lists).flat(), ...grammar.answers.values()])]
}

const totalWeight = ({ templates }: Grammar): number => templates.reduce((sum, { weight }) => sum + weight, 0)

function fillingNats(grammar: Grammar, template: Template): number {
  const used = new Map<string, number>()
  let nats = 0
  for (const slot of template.slots) {
    if (slot.is !== 'draw') continue
    const before = used.get(slot.list) ?? 0
    nats += Math.log(list(grammar, slot.list).length - before)
    used.set(slot.list, before + 1)
  }
  return nats
}

function matches(grammar: Grammar, template: Template, words: readonly string[]): boolean {
  const filled = new Map<string, string>()
  return template.slots.every((slot, i) => {
    const word = words[i] as string
    if (slot.is !== 'draw') return said(grammar, slot, filled) === word
    const fits = list(grammar, slot.list).includes(word) && !drawnFrom(template, slot, filled).includes(word)
    filled.set(slot.as, word)
    return fits
  })
}

function said(grammar: Grammar, slot: Exclude<Slot, { is: 'draw' }>, filled: ReadonlyMap<string, string>): string {
  if (slot.is === 'word') return slot.word
  const drawn = filled.get(slot.is === 'again' ? slot.as : slot.to)
  const word = slot.is === 'again' || drawn === undefined ? drawn : grammar.answers.get(drawn)
  invariant(word, 'a slot is filled before it is repeated or answered')
  return word
}

const drawnFrom = (template: Template, slot: { list: string }, filled: ReadonlyMap<string, string>): string[] =>
  template.slots.flatMap((other) => {
    const word = other.is === 'draw' && other.list === slot.list ? filled.get(other.as) : undefined
    return word === undefined ? [] : [word]
  })

function list(grammar: Grammar, name: string): readonly string[] {
  const words = grammar.lists[name]
  invariant(words, `the grammar has a list ${name}`)
  return words
}
