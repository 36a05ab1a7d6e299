import pico from 'picocolors'
import type { JsonObject } from '../base/json.ts'
import { typeInWords } from '../compiler/schema-words.ts'
import { wrap } from '../reporters/text/wrap.ts'
import { isGrowing, type StageKind, type StageRole } from '../stage/stage-kind.ts'

export interface Look {
  readonly color: boolean
  readonly columns: number
}

const titles: Readonly<Record<StageRole, string>> = {
  source: 'Sources',
  training: 'Training',
  scale: 'Scales',
  degradation: 'Degradations (stand under `degrade`)',
  experiment: 'Experiments (stand under `measure`)',
  search: 'Searches',
  part: 'Parts of other kinds',
}

/** Every kind with its summary, by role. */
export function listKinds(kinds: readonly StageKind[], { color }: Look): string {
  const colors = pico.createColors(color)
  const width = Math.max(0, ...kinds.map(({ name }) => name.length))
  const sections = (Object.keys(titles) as StageRole[]).flatMap((role) => {
    const own = kinds.filter((kind) => kind.role === role)
    if (own.length === 0) return []
    return [
      colors.bold(titles[role]),
      ...own.map(({ name, summary }) => `  ${colors.cyan(name.padEnd(width))}  ${summary}`),
      '',
    ]
  })
  return `${[...sections, '`assay kinds KIND` documents one of them.'].join('\n')}\n`
}

/** Everything about one kind: summary, parameters, ports, templates, metrics, an example, its source. */
export function describeKind(kind: StageKind, { color, columns }: Look): string {
  const colors = pico.createColors(color)
  const section = (title: string, rows: readonly Row[]): string[] =>
    rows.length === 0 ? [] : ['', colors.bold(title), ...table(rows, columns, colors)]
  const lines = [
    `${colors.bold(colors.cyan(kind.name))}  ${colors.dim(`${kind.role}, version ${String(kind.version)}${kind.seeded ? ', seeded' : ''}${isGrowing(kind) ? ', grows stages of its own' : ''}`)}`,
    ...wrap(kind.summary, columns),
    ...section(
      'Inputs (under `with`)',
      Object.entries(kind.inputs).map(([name, port]) => ({
        name,
        type: port.accepts.join(' | '),
        note: port.optional === true ? 'optional' : 'needed',
        text: port.description,
      })),
    ),
    ...section(
      'Templates (under `with`)',
      Object.entries(kind.templates ?? {}).map(([name, port]) => ({
        name,
        type: port.arity === 'map' ? `${port.role}s by name` : port.role,
        note: port.optional === true ? 'optional' : 'needed',
        text: port.description,
      })),
    ),
    ...section('Parameters (under `with`)', paramRows(kind)),
    ...section(
      'Outputs',
      Object.entries(kind.outputs).map(([name, port]) => ({ name, type: port.type, note: '', text: port.description })),
    ),
    ...section(
      'Metrics',
      Object.entries(kind.metrics ?? {}).map(([name, metric]) => ({
        name,
        type: metric.unit,
        note: '',
        text: metric.description,
      })),
    ),
    '',
    colors.bold('Example'),
    ...example(kind).map((line) => `  ${line}`),
    ...(kind.source === undefined ? [] : ['', `${colors.bold('Source')}  ${kind.source}`]),
  ]
  return `${lines.join('\n')}\n`
}

interface Row {
  readonly name: string
  readonly type: string
  readonly note: string
  readonly text: string
}

function paramRows(kind: StageKind): Row[] {
  const required: readonly string[] = kind.params.required ?? []
  const rows = Object.entries(kind.params.properties).map(([name, schema]): Row => {
    const plain = JSON.parse(JSON.stringify(schema)) as JsonObject
    const note =
      plain['default'] !== undefined
        ? `default ${JSON.stringify(plain['default'])}`
        : required.includes(name)
          ? 'needed'
          : 'optional'
    const text = typeof plain['description'] === 'string' ? plain['description'] : ''
    return { name, type: `${typeInWords(plain)}${bounds(plain)}`, note, text }
  })
  const hasSeed = !kind.seeded || rows.some(({ name }) => name === 'seed')
  return hasSeed
    ? rows
    : [
        ...rows,
        {
          name: 'seed',
          type: 'a whole number',
          note: 'optional',
          text: 'Seed of this stage, in place of the pipeline’s',
        },
      ]
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

function table(rows: readonly Row[], columns: number, colors: ReturnType<typeof pico.createColors>): string[] {
  const name = Math.max(...rows.map((row) => row.name.length))
  const indent = ' '.repeat(name + 4)
  return rows.flatMap(({ name: word, type, note, text }) => {
    const head = `  ${colors.cyan(word.padEnd(name))}  ${type}${note === '' ? '' : colors.dim(` (${note})`)}`
    return [
      head,
      ...(text === '' ? [] : wrap(text, Math.max(30, columns - indent.length)).map((line) => `${indent}${line}`)),
    ]
  })
}

/** What must be written to use the kind, and nothing else. */
function example(kind: StageKind): string[] {
  const required: readonly string[] = kind.params.required ?? []
  const inputs = Object.entries(kind.inputs).flatMap(([name, port]) =>
    port.optional === true
      ? []
      : [`${name}: ${port.accepts.includes('path') ? './path' : `some-${port.accepts[0] ?? 'stage'}`}`],
  )
  const templates = Object.entries(kind.templates ?? {}).flatMap(([name, port]) => {
    if (port.optional === true) return []
    return [
      port.arity === 'one' ? `${name}: { use: some-${port.role} }` : `${name}: { name: { use: some-${port.role} } }`,
    ]
  })
  const params = Object.entries(kind.params.properties).flatMap(([name, schema]) =>
    required.includes(name) && schema['default'] === undefined
      ? [`${name}: ${exampleValue(JSON.parse(JSON.stringify(schema)) as JsonObject)}`]
      : [],
  )
  const lines = [...inputs, ...templates, ...params].map((line) => `    ${line}`)
  return [`my-${kind.name}:`, `  use: ${kind.name}`, ...(lines.length === 0 ? [] : ['  with:', ...lines])]
}

function exampleValue(schema: JsonObject): string {
  if (schema['x-claim'] !== undefined) return 'accuracy >= 0.95'
  const { minimum, type } = schema
  if (typeof minimum === 'number') return String(minimum)
  return type === 'number' || type === 'integer'
    ? '1'
    : type === 'boolean'
      ? 'true'
      : type === 'array'
        ? '[…]'
        : type === 'object'
          ? '{ … }'
          : '…'
}
