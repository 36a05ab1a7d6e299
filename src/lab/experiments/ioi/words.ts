import { basename } from 'node:path'
import type { StageInput } from '../../../stage/artifact.ts'
import { readText } from '../../datasets/read-text.ts'
import { StageError } from '../../../stage/stage-context.ts'

/** What prompts are made of. Templates name IO and S in the first clause, S again in the second, and end with IO. */
export interface IoiWords {
  readonly names: readonly string[]
  readonly places: readonly string[]
  readonly objects: readonly string[]
  /** `ABBA`: IO first; `BABA`: S first. `{IO}`, `{S}`, `{place}`, `{object}` are slots. */
  readonly templates: Readonly<Record<'ABBA' | 'BABA', readonly string[]>>
}

const openings = [
  'Then, {IO} and {S} went to the {place}. {S} gave a {object} to {IO}',
  'When {IO} and {S} arrived at the {place}, {S} handed a {object} to {IO}',
  'After {IO} and {S} had met at the {place}, {S} offered the {object} to {IO}',
  'While {IO} and {S} were waiting in the {place}, {S} passed the {object} to {IO}',
  'Yesterday, {IO} and {S} found a {object} near the {place}, and {S} gave it to {IO}',
  'Friends {IO} and {S} spent the day at the {place}. Later {S} brought a {object} to {IO}',
  'The {place} was empty when {IO} and {S} came in, so {S} showed the {object} to {IO}',
  'Last week {IO} and {S} argued about the {object} in the {place}, but {S} sold it to {IO}',
]

/** English words, for models with a tokenizer for English text. */
export const englishWords: IoiWords = {
  names: (
    'Mary John Tom James Dan Martin Amy Paul David Sarah Michael Daniel Kevin Laura Anna Simon Peter Robert Richard Thomas Mark Andrew ' +
    'Alice Kate Emma Jack Adam Sam Ben Jane Lucy Eric Steve Scott Alex Chris Brian Jason Lisa Susan Karen Linda Helen Ruth Frank George'
  ).split(' '),
  places: 'store garden restaurant school hospital office house station'.split(' '),
  objects: 'ring book drink letter basketball computer necklace key'.split(' '),
  templates: { ABBA: openings, BABA: openings.map((text) => text.replace('{IO} and {S}', '{S} and {IO}')) },
}

/** The words of a grammar record, or the English ones where none is given. Throws StageError for a record without the fields. */
export async function wordsFrom(grammar: StageInput | undefined): Promise<IoiWords> {
  if (grammar === undefined) return englishWords
  const given: unknown =
    grammar.path === undefined ? grammar.value : parse(await readText(grammar.path), basename(grammar.path))
  const value = isPaperLists(given) ? fromPaper(given) : given
  const { names, places, objects, templates } = (value ?? {}) as Partial<IoiWords>
  for (const [field, words] of Object.entries({
    names,
    places,
    objects,
    'templates.ABBA': templates?.ABBA,
    'templates.BABA': templates?.BABA,
  }))
    if (!Array.isArray(words) || words.length === 0 || !words.every((word) => typeof word === 'string'))
      throw new StageError(
        `the grammar's ${field} is not a list of words`,
        'A grammar has names, places, objects, and templates with ABBA and BABA; tiny-corpus makes one.',
      )
  return value as IoiWords
}

/** The lists that come with the paper's code: `[A]` is the indirect object, `[B]` the subject. */
interface PaperLists {
  readonly NAMES: unknown
  readonly PLACES: unknown
  readonly OBJECTS: unknown
  readonly BABA_TEMPLATES: readonly string[]
}

const isPaperLists = (value: unknown): value is PaperLists => {
  const templates: unknown = (value as Partial<PaperLists> | null | undefined)?.BABA_TEMPLATES
  return Array.isArray(templates) && templates.every((template) => typeof template === 'string')
}

/** ABBA templates are made as the paper makes them: the two names of the first clause change places. */
function fromPaper({ NAMES, PLACES, OBJECTS, BABA_TEMPLATES }: PaperLists): Record<keyof IoiWords, unknown> {
  const slots = { '[A]': '{IO}', '[B]': '{S}', '[PLACE]': '{place}', '[OBJECT]': '{object}' } as const
  const ours = (template: string): string =>
    Object.entries(slots).reduce((text, [theirs, slot]) => text.replaceAll(theirs, slot), template)
  const swapped = (template: string): string =>
    template.replace('[B]', '[*]').replace('[A]', '[B]').replace('[*]', '[A]')
  return {
    names: NAMES,
    places: PLACES,
    objects: OBJECTS,
    templates: { ABBA: BABA_TEMPLATES.map((text) => ours(swapped(text))), BABA: BABA_TEMPLATES.map(ours) },
  }
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new StageError(`${name} is not JSON`, 'A grammar is a JSON file with names, places, objects and templates.')
  }
}
