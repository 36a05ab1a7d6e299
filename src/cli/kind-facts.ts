import type { JsonObject } from '../base/json.ts'
import { typeInWords } from '../compiler/schema-words.ts'
import type { StageKind, StageRole } from '../stage/stage-kind.ts'

/** Headings of the roles, in the order in which kinds are documented. */
export const roleTitles: Readonly<Record<StageRole, string>> = {
  source: 'Sources',
  training: 'Training',
  scale: 'Scales',
  degradation: 'Degradations (stand under `degrade`)',
  experiment: 'Experiments (stand under `measure`)',
  search: 'Searches',
  command: 'Commands',
  part: 'Parts of other kinds',
}

/** Something a kind has a name for. */
export interface Fact {
  readonly name: string
  /** Type, unit or role. */
  readonly type: string
  /** Whether it is needed, or its default; may be empty. */
  readonly note: string
  readonly text: string
}
export interface FactSection {
  readonly title: string
  readonly facts: readonly Fact[]
}

/** All there is to know of a kind, for the terminal and for the language reference. Sections without facts are left out. */
export function sectionsOf(kind: StageKind): FactSection[] {
  const sections = [
    { title: 'Inputs (under `with`)', facts: inputFacts(kind) },
    { title: 'Templates (under `with`)', facts: templateFacts(kind) },
    { title: 'Parameters (under `with`)', facts: paramFacts(kind) },
    {
      title: 'Outputs',
      facts: Object.entries(kind.outputs).map(([name, { type, description }]) => ({
        name,
        type,
        note: '',
        text: description,
      })),
    },
    {
      title: 'Metrics',
      facts: Object.entries(kind.metrics ?? {}).map(([name, { unit, description }]) => ({
        name,
        type: unit,
        note: '',
        text: description,
      })),
    },
  ]
  return sections.filter(({ facts }) => facts.length > 0)
}

const need = (optional: boolean | undefined): string => (optional === true ? 'optional' : 'needed')

const inputFacts = ({ inputs }: StageKind): Fact[] =>
  Object.entries(inputs).map(([name, { accepts, many, optional, description }]) => ({
    name,
    type: `${many === true ? 'list of ' : ''}${accepts.join(' | ')}`,
    note: need(optional),
    text: description,
  }))

const templateFacts = ({ templates = {} }: StageKind): Fact[] =>
  Object.entries(templates).map(([name, { role, arity, chain, optional, description }]) => {
    const one = chain === true ? `${role}, or a list of them` : role
    return { name, type: arity === 'map' ? `${role}s by name` : one, note: need(optional), text: description }
  })

function paramFacts(kind: StageKind): Fact[] {
  const required: readonly string[] = kind.params.required ?? []
  const rows = Object.entries(kind.params.properties).map(([name, schema]): Fact => {
    const plain = JSON.parse(JSON.stringify(schema)) as JsonObject
    const note =
      plain['default'] === undefined ? need(!required.includes(name)) : `default ${JSON.stringify(plain['default'])}`
    const text = typeof plain['description'] === 'string' ? plain['description'] : ''
    return { name, type: `${typeInWords(plain)}${bounds(plain)}`, note, text }
  })
  return !kind.seeded || rows.some(({ name }) => name === 'seed') ? rows : [...rows, seed]
}

const seed: Fact = {
  name: 'seed',
  type: 'a whole number',
  note: 'optional',
  text: 'Seed of this stage, in place of the pipeline’s',
}

function bounds(schema: JsonObject): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  const parts = [
    ...(typeof minimum === 'number' ? [`≥ ${String(minimum)}`] : []),
    ...(typeof exclusiveMinimum === 'number' ? [`> ${String(exclusiveMinimum)}`] : []),
    ...(typeof maximum === 'number' ? [`≤ ${String(maximum)}`] : []),
    ...(typeof exclusiveMaximum === 'number' ? [`< ${String(exclusiveMaximum)}`] : []),
  ]
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`
}
