import pico from 'picocolors'
import { wrap } from '../reporters/text/wrap.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import { isGrowing, type StageKind, type StageRole } from '../stage/stage-kind.ts'
import { exampleOf } from './kind-example.ts'
import { roleTitles, sectionsOf, type Fact } from './kind-facts.ts'

export interface Look {
  readonly color: boolean
  readonly columns: number
}

/** Every kind with its summary, by role. */
export function listKinds(kinds: readonly StageKind[], { color }: Look): string {
  const colors = pico.createColors(color)
  const width = Math.max(0, ...kinds.map(({ name }) => name.length))
  const sections = (Object.keys(roleTitles) as StageRole[]).flatMap((role) => {
    const own = kinds.filter((kind) => kind.role === role)
    if (own.length === 0) return []
    return [
      colors.bold(roleTitles[role]),
      ...own.map(({ name, summary }) => `  ${colors.cyan(name.padEnd(width))}  ${summary}`),
      '',
    ]
  })
  return `${[...sections, '`assay kinds KIND` documents one of them.'].join('\n')}\n`
}

/** Everything about one kind: summary, parameters, ports, templates, metrics, an example, its source. */
export function describeKind(kind: StageKind, catalog: StageCatalog, { color, columns }: Look): string {
  const colors = pico.createColors(color)
  const lines = [
    `${colors.bold(colors.cyan(kind.name))}  ${colors.dim(natureOf(kind))}`,
    ...wrap(kind.summary, columns),
    ...sectionsOf(kind).flatMap(({ title, facts }) => ['', colors.bold(title), ...table(facts, columns, colors)]),
    '',
    colors.bold('Example'),
    ...exampleOf(kind, catalog).map((line) => `  ${line}`),
    ...(kind.source === undefined ? [] : ['', `${colors.bold('Source')}  ${kind.source}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** Role, version and what else is worth knowing at once. */
export const natureOf = (kind: StageKind): string =>
  [
    kind.role,
    `version ${String(kind.version)}`,
    ...(kind.seeded ? ['seeded'] : []),
    ...(isGrowing(kind) ? ['grows stages of its own'] : []),
  ].join(', ')

function table(facts: readonly Fact[], columns: number, colors: ReturnType<typeof pico.createColors>): string[] {
  const width = Math.max(...facts.map(({ name }) => name.length))
  const indent = ' '.repeat(width + 4)
  return facts.flatMap(({ name, type, note, text }) => {
    const head = `  ${colors.cyan(name.padEnd(width))}  ${type}${note === '' ? '' : colors.dim(` (${note})`)}`
    return [
      head,
      ...(text === '' ? [] : wrap(text, Math.max(30, columns - indent.length)).map((line) => `${indent}${line}`)),
    ]
  })
}
