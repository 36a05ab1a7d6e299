import { dirname, resolve } from 'node:path'
import { didYouMean } from '../base/did-you-mean.ts'
import type { JsonObject } from '../base/json.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import type { InputPort, StageKind, TemplatePort } from '../stage/stage-kind.ts'
import { bindValue, type ValueContext } from './bind-value.ts'
import type { BoundInput, BoundParam, BoundStage, BoundTemplates, BoundUse, InputTarget } from './bound.ts'
import { readTemplate } from './read-spec.ts'
import type { MapEntry } from './node.ts'
import { pipelineScope } from './pipeline-scope.ts'
import type { Report } from './report.ts'
import { mustBeKnown } from './rules/expressions-are-valid.ts'
import { resolveReference, wrongReference } from './rules/inputs-exist.ts'
import { idIsValid } from './rules/ids-are-valid.ts'
import { unknownKey } from './rules/keys-are-known.ts'
import { pathExists } from './rules/paths-exist.ts'
import { wrongShape } from './rules/shapes-are-valid.ts'
import { unknownKind } from './rules/stage-kinds-exist.ts'
import type { PipelineSpec, StageSpec, UseSpec } from './spec.ts'

/** What lies at an absolute path. */
export type Probe = (path: string) => 'file' | 'directory' | undefined

export interface BindContext extends ValueContext {
  readonly file: string
  readonly catalog: StageCatalog
  readonly probe: Probe
  readonly stages: ReadonlyMap<string, StageSpec>
}

/** Looks up every name of the pipeline and computes its expressions. Reports what does not exist; gives up when full. */
export function bind(
  spec: PipelineSpec,
  given: {
    file: string
    catalog: StageCatalog
    params: JsonObject
    probe: Probe
    report: Report
    isFull: () => boolean
  },
): BoundStage[] | undefined {
  const context: BindContext = {
    ...given,
    scope: pipelineScope(spec, given.catalog),
    stages: new Map(spec.stages.map((stage) => [stage.id, stage])),
  }
  const bound: BoundStage[] = []
  for (const stage of spec.stages) {
    if (given.isFull()) return undefined
    bound.push({ ...bindUse(stage, context), spec: stage })
  }
  return given.isFull() ? undefined : bound
}

/** `port` is where a template stands. */
function bindUse(spec: UseSpec, context: BindContext, port?: TemplatePort): BoundUse {
  const isTemplate = port !== undefined
  const kind = spec.use && context.catalog.get(spec.use.value)
  if (kind === undefined) {
    if (spec.use !== undefined) context.report(unknownKind(spec.use, context.catalog, port?.role))
    const params = spec.with.map((entry): BoundParam => ({
      name: entry.key,
      entry,
      value: bindValue(entry.value, context),
    }))
    return { spec, inputs: [], templates: [], params, isTemplate, mistyped: new Set() }
  }
  const inputs: BoundInput[] = []
  const templates: BoundTemplates[] = []
  const params: BoundParam[] = []
  const mistyped = new Set<string>()
  let seed: BoundParam | undefined
  for (const entry of spec.with) {
    const input = own(kind.inputs, entry.key)
    const template = own(kind.templates ?? {}, entry.key)
    if (input !== undefined) inputs.push(bindInput(entry, input, context))
    else if (template !== undefined) templates.push(bindTemplates(entry, template, context))
    else if (own(kind.params.properties, entry.key) !== undefined) params.push(bindParam(entry, context))
    else if (kind.seeded && entry.key === 'seed') seed = bindParam(entry, context)
    else {
      const known = keysOf(kind)
      context.report(unknownKey(entry, known, `\`${kind.name}\``))
      for (const name of didYouMean(entry.key, known)) mistyped.add(name)
    }
  }
  return { spec, kind, inputs, templates, params, isTemplate, mistyped, ...(seed === undefined ? {} : { seed }) }
}

/** Everything that may stand under `with` of a kind. */
export const keysOf = (kind: StageKind): string[] => [
  ...Object.keys(kind.inputs),
  ...Object.keys(kind.templates ?? {}),
  ...Object.keys(kind.params.properties),
  ...(kind.seeded && own(kind.params.properties, 'seed') === undefined ? ['seed'] : []),
]

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

const bindParam = (entry: MapEntry, context: BindContext): BoundParam => ({
  name: entry.key,
  entry,
  value: bindValue(entry.value, context),
})

function bindInput(entry: MapEntry, port: InputPort, context: BindContext): BoundInput {
  const target = resolveInput(entry, port, context)
  return { name: entry.key, port, entry, ...(target === undefined ? {} : { target }) }
}

function resolveInput(entry: MapEntry, port: InputPort, context: BindContext): InputTarget | undefined {
  const value = bindValue(entry.value, context)
  if (value.holes.length > 0) {
    if (value.holes.every(({ why }) => why === 'waits'))
      context.report(mustBeKnown(`the input \`${entry.key}\``, entry.value))
    return undefined
  }
  const text = value.json
  if (typeof text !== 'string' || text === '' || entry.value.kind !== 'scalar') {
    const wanted = port.accepts.includes('path') ? 'a path' : 'the name of a stage'
    context.report(
      wrongShape(
        entry.value,
        { what: `the input \`${entry.key}\``, wanted: `${wanted}, as text` },
        `write \`${entry.key}: ${wanted === 'a path' ? './file' : 'stage'}\``,
      ),
    )
    return undefined
  }
  if (!port.accepts.includes('path'))
    return resolveReference({ text, node: entry.value, name: entry.key, port }, context)
  return resolvePath(text, entry, { port, context })
}

/** A port that takes a path as well as a stage: a stage's name wins, unless it is written as a path (`./name`). */
function resolvePath(
  text: string,
  entry: MapEntry,
  { port, context }: { port: InputPort; context: BindContext },
): InputTarget | undefined {
  const takesStages = port.accepts.some((type) => type !== 'path')
  const node = entry.value
  const head = text.split('.')[0] ?? text
  if (node.kind !== 'scalar') return undefined
  if (takesStages && context.stages.has(head)) return resolveReference({ text, node, name: entry.key, port }, context)
  const path = resolve(dirname(context.file), text)
  if (context.probe(path) !== undefined) return { kind: 'path', path }
  const looksLikePath = /[\\/]|^\.|\.\w+$/.test(text)
  if (takesStages && !looksLikePath) context.report(wrongReference({ text, node, name: entry.key, port }, context))
  else context.report(pathExists(text, node, path))
  return undefined
}

function bindTemplates(entry: MapEntry, port: TemplatePort, context: BindContext): BoundTemplates {
  const one = (from: MapEntry): { name: string; use: BoundUse }[] => {
    const spec = readTemplate(from.value, from.keySpan, context.report)
    return spec === undefined ? [] : [{ name: from.key, use: bindUse(spec, context, port) }]
  }
  if (port.arity === 'one') return { name: entry.key, port, entry, uses: one(entry) }
  if (entry.value.kind !== 'map') {
    context.report(
      wrongShape(
        entry.value,
        { what: `\`${entry.key}\``, wanted: 'a map of templates by name' },
        `write \`${entry.key}: { name: { use: kind } }\``,
      ),
    )
    return { name: entry.key, port, entry, uses: [] }
  }
  for (const { key, keySpan, value } of entry.value.entries) {
    const id = idIsValid({ key, keySpan, value }, 'a template')
    if (id !== undefined) context.report(id)
  }
  return { name: entry.key, port, entry, uses: entry.value.entries.flatMap(one) }
}
