import type { SourceSpan } from '../base/diagnostic.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import { entryOf, type MapEntry, type MapNode, type YamlNode } from './node.ts'
import { asMap, checkKeys, isNothing, isText, meantEntry, mistypes, readText } from './read-map.ts'
import { readParam } from './read-param.ts'
import type { Report } from './report.ts'
import { keysOf } from './keys-of.ts'
import { keysBesideUse, misplacedKeys } from './rules/keys-are-known.ts'
import { idIsValid } from './rules/ids-are-valid.ts'
import { missing, wrongShape } from './rules/shapes-are-valid.ts'
import { versionIsKnown } from './rules/version-is-known.ts'
import { namesFile, type ParamSpec, type PipelineSpec, type StageSpec, type UseSpec } from './spec.ts'

/** Keys of a pipeline, in the order in which people read them. */
export const pipelineKeys: readonly string[] = ['assay', 'name', 'description', 'seed', 'params', 'stages', 'outputs']
const optionKeys = ['matrix', 'when', 'retry', 'timeout', 'resources'] as const
const commandKeys = ['run', 'inputs', 'outputs', 'env'] as const
const isCommandKey = (key: string): boolean => (commandKeys as readonly string[]).includes(key)
const stageKeys = ['use', 'with', 'description', ...optionKeys]
/** Keys of a stage whose kind is a command. */
const commandStageKeys = [...stageKeys, ...commandKeys]
const templateKeys = ['use', 'with']
const commandTemplateKeys = [...templateKeys, ...commandKeys, 'dose'] as const

/** The shape of a pipeline. Reports every wrong shape and goes on with what can be read. */
export function readSpec(
  root: YamlNode | undefined,
  { start, catalog }: { start: SourceSpan; catalog: StageCatalog },
  report: Report,
): PipelineSpec | undefined {
  if (root?.kind !== 'map') {
    report(
      root === undefined
        ? missing('this file is empty', start, 'a pipeline has `assay: 1` and `stages:`')
        : wrongShape(root, { what: 'a pipeline', wanted: 'a map' }, 'a pipeline has `assay: 1` and `stages:`'),
    )
    return undefined
  }
  checkKeys(root, { known: pipelineKeys, place: 'a pipeline' }, report)
  const meant = (key: string): MapEntry | undefined => meantEntry(root, key, pipelineKeys)
  const version = versionIsKnown(meant('assay'), start)
  if (version !== undefined) report(version)
  const name = readText(root, 'name', report)
  if (name?.trim() === '')
    report(
      missing(
        '`name` is empty',
        entryOf(root, 'name')?.value.span ?? start,
        'write a name, or leave `name` out: the file has one',
      ),
    )
  const description = readText(root, 'description', report)
  const seed = meant('seed')?.value
  const params = meant('params')
  return {
    name: name ?? nameOfFile(start.file),
    ...(description === undefined ? {} : { description }),
    ...(seed === undefined ? {} : { seed }),
    params: readParams(params, report),
    paramsSpan: params?.keySpan ?? start,
    stages: readStages(meant('stages'), { root, catalog }, report),
    outputs: readOutputs(meant('outputs'), report),
  }
}

function readOutputs(entry: MapEntry | undefined, report: Report): readonly MapEntry[] {
  if (entry === undefined || isNothing(entry.value)) return []
  const entries =
    asMap(entry.value, { what: '`outputs`', help: 'write `outputs: { name: stage.output }`' }, report)?.entries ?? []
  for (const output of entries) {
    const id = idIsValid(output, 'an output')
    if (id !== undefined) report(id)
  }
  return entries
}

function readStages(
  entry: MapEntry | undefined,
  { root, catalog }: { root: MapNode; catalog: StageCatalog },
  report: Report,
): StageSpec[] {
  if (entry === undefined) {
    const last = root.entries.at(-1)?.keySpan ?? root.span
    report(
      missing(
        'this pipeline has no `stages:`',
        last,
        'add `stages:` with at least one stage: `name: { use: kind, with: { … } }`',
      ),
    )
    return []
  }
  const help = 'write `name: { use: kind, with: { … } }`, one stage below the other and without dashes'
  const map = asMap(entry.value, { what: '`stages`', help }, report)
  if (map?.entries.length === 0)
    report(missing('this pipeline has no stages', entry.keySpan, 'add one: `name: { use: kind, with: { … } }`'))
  return (map?.entries ?? []).flatMap((stage) => readStage(stage, catalog, report) ?? [])
}

function readStage(entry: MapEntry, catalog: StageCatalog, report: Report): StageSpec | undefined {
  const id = idIsValid(entry, 'a stage')
  if (id !== undefined) report(id)
  const map = asMap(
    entry.value,
    { what: `the stage \`${entry.key}\``, help: 'a stage is written `name: { use: kind, with: { … } }`' },
    report,
  )
  if (map === undefined) return undefined
  const description = readText(map, 'description', report)
  const isCommand = isCommandIn(map, catalog)
  const keys = isCommand || hasUnknownKind(map, catalog) ? commandStageKeys : stageKeys
  const use = readUse(map, { keys, what: 'a stage', span: entry.keySpan, catalog }, report)
  const options = entriesOf(map, [...optionKeys, ...(isCommand ? commandKeys : [])])
  const strayed = isCommand ? use.with.filter(({ key }) => isCommandKey(key) && !Object.hasOwn(options, key)) : []
  if (strayed.length > 0) report(keysBesideUse(strayed))
  return {
    id: entry.key,
    ...use,
    ...Object.fromEntries(strayed.map((one) => [one.key, one])),
    with: use.with.filter((one) => !strayed.includes(one)),
    ...(description === undefined ? {} : { description }),
    ...options,
  }
}

/** A template: a stage without its place in the graph. */
export function readTemplate(
  node: YamlNode,
  { span, catalog }: { span: SourceSpan; catalog: StageCatalog },
  report: Report,
): UseSpec | undefined {
  const kind = isText(node) ? catalog.get(node.value)?.name : undefined
  const help = kind === undefined ? 'a template is written `{ use: kind, with: { … } }`' : `write \`{ use: ${kind} }\``
  const map = asMap(node, { what: 'a template', help }, report)
  if (map === undefined) return undefined
  if (!isCommandIn(map, catalog)) return readUse(map, { keys: templateKeys, what: 'a template', span, catalog }, report)
  const use = readUse(map, { keys: [...commandTemplateKeys], what: 'a template', span, catalog }, report)
  return { ...use, ...entriesOf(map, [...commandKeys, 'dose']) }
}

function isCommandIn(map: MapNode, catalog: StageCatalog): boolean {
  const kind = meantEntry(map, 'use', commandStageKeys)?.value
  return kind !== undefined && isText(kind) && catalog.get(kind.value)?.isCommand === true
}

/** Perhaps a mistyped `command`. */
function hasUnknownKind(map: MapNode, catalog: StageCatalog): boolean {
  const kind = meantEntry(map, 'use', commandStageKeys)?.value
  return kind !== undefined && isText(kind) && !namesFile(kind.value) && catalog.get(kind.value) === undefined
}

const entriesOf = (map: MapNode, keys: readonly string[]): Readonly<Record<string, MapEntry>> =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const entry = entryOf(map, key)
      return entry === undefined ? [] : [[key, entry]]
    }),
  )

interface UsePlace {
  readonly keys: readonly string[]
  readonly what: string
  readonly span: SourceSpan
  readonly catalog: StageCatalog
}

function readUse(map: MapNode, place: UsePlace, report: Report): UseSpec {
  const use = meantEntry(map, 'use', place.keys)
  const misplaced = misplacedIn(map, use, place)
  if (misplaced.length > 0) report(misplacedKeys(misplaced))
  checkKeys(map, { known: [...place.keys, ...misplaced.map(({ key }) => key)], place: place.what }, report)
  const withEntry = meantEntry(map, 'with', place.keys)
  if (use === undefined && !mistypes(map, 'use', place.keys))
    report(
      missing(
        `${place.what} says what kind it is by \`use\``,
        place.span,
        'add `use: kind`; `assay kinds` lists the kinds',
      ),
    )
  if (use !== undefined && !isText(use.value))
    report(wrongShape(use.value, { what: '`use`', wanted: 'the name of a kind' }, '`assay kinds` lists the kinds'))
  const withMap =
    withEntry === undefined || isNothing(withEntry.value)
      ? undefined
      : asMap(withEntry.value, { what: '`with`' }, report)
  const isUnclear =
    (withEntry === undefined && mistypes(map, 'with', place.keys)) ||
    (withEntry !== undefined && withMap === undefined && !isNothing(withEntry.value))
  const entries = [...(withMap?.entries ?? []), ...misplaced]
  const spec = { with: entries, span: place.span, ...(isUnclear ? { isUnclear } : {}) }
  return use !== undefined && isText(use.value) ? { ...spec, use: use.value } : spec
}

/** What belongs under `with` and stands beside it. */
function misplacedIn(map: MapNode, use: MapEntry | undefined, { keys, catalog }: UsePlace): readonly MapEntry[] {
  const kind = use !== undefined && isText(use.value) ? catalog.get(use.value.value) : undefined
  if (kind === undefined) return []
  const known = keysOf(kind)
  const inside = entryOf(map, 'with')?.value
  const isGiven = (key: string): boolean => inside?.kind === 'map' && entryOf(inside, key) !== undefined
  return map.entries.filter(({ key }) => !keys.includes(key) && known.includes(key) && !isGiven(key))
}

function readParams(entry: MapEntry | undefined, report: Report): ParamSpec[] {
  if (entry === undefined || isNothing(entry.value)) return []
  const map = asMap(entry.value, { what: '`params`', help: 'write `params: { name: value }`' }, report)
  return (map?.entries ?? []).map((param) => {
    const id = idIsValid(param, 'a parameter')
    if (id !== undefined) report(id)
    return readParam(param, report)
  })
}

const nameOfFile = (file: string): string => file.replace(/^.*[\\/]/, '').replace(/(?<=.)\.ya?ml$/i, '')
