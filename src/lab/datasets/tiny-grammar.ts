import type { Random } from '../random.ts'
import { parseTemplate, type Grammar } from './grammar.ts'
import { inventedWords } from './invented-words.ts'

/** How often a sentence is of each sort. */
export interface Shares {
  readonly ioi: number
  readonly facts: number
  readonly filler: number
}

export const names = (
  'Mary John Alice Bob Clara David Emma Frank Grace Henry Irene Jack Kate Leo Maria Nick Olga Paul Quinn Rose Sam Tina Uma Victor ' +
  'Wendy Xavier Yara Zoe Anna Ben Carl Diana Eric Fiona George Helen Ivan Julia Kevin Laura Martin Nora Oscar Peter Ruth Simon Tom Vera'
).split(' ')
const lists = {
  names,
  places:
    'store garden office school station museum park library market cafe beach theatre harbour castle bakery zoo'.split(
      ' ',
    ),
  objects: 'drink ring book letter key flower coat lamp ball map cake hat pen basket watch coin'.split(' '),
  animals: 'dog cat horse bird fox goat mouse bear'.split(' '),
  weather: 'sunny rainy windy cold quiet crowded'.split(' '),
}

/** Openings in which IO is named first; in the other order IO and S change places in the first clause. */
const ioiTexts = [
  'Then , {IO:names} and {S:names} went to the {place:places} . {S} gave a {object:objects} to {IO} .',
  'When {IO:names} and {S:names} met at the {place:places} , {S} handed a {object:objects} to {IO} .',
  'After {IO:names} and {S:names} left the {place:places} , {S} offered the {object:objects} to {IO} .',
  'While {IO:names} and {S:names} were in the {place:places} , {S} passed the {object:objects} to {IO} .',
  '{IO:names} and {S:names} spent a day at the {place:places} . {S} sold a {object:objects} to {IO} .',
  'Yesterday {IO:names} and {S:names} had a {object:objects} at the {place:places} , so {S} gave it to {IO} .',
  'Once {IO:names} and {S:names} found a {object:objects} near the {place:places} . {S} showed it to {IO} .',
  'Friends {IO:names} and {S:names} came to the {place:places} early , and {S} brought a {object:objects} to {IO} .',
]
const factTexts = [
  '{who:people} lives in {=who} .',
  '{who:people} comes from {=who} .',
  '{who:people} was born in {=who} .',
  '{who:people} works near {=who} .',
]
const fillerTexts = [
  'The {animal:animals} slept near the {place:places} .',
  'It was {weather:weather} at the {place:places} today .',
  'A {animal:animals} ran after the {other:animals} .',
  'Nobody saw the {object:objects} in the {place:places} again .',
]

/** IOI sentences in both orders: `ABBA` names IO first, `BABA` names S first. */
export const ioiTemplates = {
  ABBA: ioiTexts,
  BABA: ioiTexts.map((text) => text.replace('{IO:names} and {S:names}', '{S:names} and {IO:names}')),
}

/**
 * The language that the small model learns: indirect-object sentences, which follow a rule, one-to-one facts, which can
 * only be memorised, and filler. `random` decides who lives where.
 */
export function tinyGrammar(shares: Shares, facts: number, random: Random): Grammar {
  const people = inventedWords('who', facts)
  const towns = random.shuffled(inventedWords('where', facts))
  const spread = (sort: string, share: number, texts: readonly string[]) =>
    share === 0 ? [] : texts.map((text, i) => parseTemplate(`${sort}-${i}`, share / texts.length, text))
  return {
    lists: { ...lists, people },
    answers: new Map(people.map((who, i) => [who, towns[i] as string])),
    templates: [
      ...spread('ioi-abba', shares.ioi / 2, ioiTemplates.ABBA),
      ...spread('ioi-baba', shares.ioi / 2, ioiTemplates.BABA),
      ...spread('fact', shares.facts, factTexts),
      ...spread('filler', shares.filler, fillerTexts),
    ],
  }
}

/** Prompts that ask for each fact once, the phrasings taken in turn. */
export function factPrompts({ answers }: Grammar): { readonly prompt: string; readonly answer: string }[] {
  return [...answers].map(([who, answer], i) => ({
    prompt: (factTexts[i % factTexts.length] as string).replace('{who:people}', who).replace(' {=who} .', ''),
    answer,
  }))
}

/** What an experiment needs in order to ask IOI in this language's own words; `{IO}`, `{S}`, `{place}`, `{object}` are slots. */
export function ioiWords({ lists }: Grammar): {
  names: string[]
  places: string[]
  objects: string[]
  templates: { ABBA: string[]; BABA: string[] }
} {
  const plain = (text: string): string => text.replaceAll(/\{(\w+):\w+\}/g, '{$1}')
  return {
    names: [...(lists.names ?? [])],
    places: [...(lists.places ?? [])],
    objects: [...(lists.objects ?? [])],
    templates: { ABBA: ioiTemplates.ABBA.map(plain), BABA: ioiTemplates.BABA.map(plain) },
  }
}
