import { didYouMean } from '../base/did-you-mean.ts'
import type { InputPort, TemplatePort } from '../stage/stage-kind.ts'
import { bindCommandTemplate } from './bind-command-template.ts'
import { bindInput } from './bind-input.ts'
import { keysOf } from './keys-of.ts'
import { bindValue } from './bind-value.ts'
import type { BindContext } from './bind-context.ts'
import type { BoundInput, BoundParam, BoundTemplates, BoundUse } from './bound.ts'
import { entryOf, type MapEntry, type YamlNode } from './node.ts'
import { isText } from './read-map.ts'
import { readTemplate } from './read-spec.ts'
import { templateIsFile } from './rules/files-are-pipelines.ts'
import { idIsValid } from './rules/ids-are-valid.ts'
import { unknownKey } from './rules/keys-are-known.ts'
import { missing, templateHasName, templateNeedsName, wrongShape } from './rules/shapes-are-valid.ts'
import { unknownKind } from './rules/stage-kinds-exist.ts'
import { namesFile, type UseSpec } from './spec.ts'

/** Looks up the kind and each entry of `with`. `port` is where a template stands. */
export function bindUse(spec: UseSpec, context: BindContext, port?: TemplatePort): BoundUse {
  const isTemplate = port !== undefined
  const kind = context.kindOf(spec)
  if (kind === undefined) {
    tellMissingKind(spec, context, port)
    const params = spec.with.map((entry) => bindParam(entry, context))
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
    if (input !== undefined) inputs.push(isTemplate ? bindOne(entry, input, context) : bindInput(entry, input, context))
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

/** Of a pipeline file that cannot be used, the reason has been told. */
function tellMissingKind({ use }: UseSpec, context: BindContext, port?: TemplatePort): void {
  if (use === undefined) return
  if (!namesFile(use.value)) context.report(unknownKind(use, context.catalog, port?.role))
  else if (port !== undefined) context.report(templateIsFile(use.span))
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** A template has a place for one output at each port. */
function bindOne(entry: MapEntry, port: InputPort, context: BindContext): BoundInput {
  const input = bindInput(entry, port, context)
  if (input.target?.kind !== 'list') return input
  const message = `\`${entry.key}\` of a template takes one output, not a list`
  context.report(missing(message, entry.value.span, 'let the kind that runs the template give the list'))
  return { name: entry.key, port, entry }
}

const bindParam = (entry: MapEntry, context: BindContext): BoundParam => ({
  name: entry.key,
  entry,
  value: bindValue(entry.value, context),
})

function bindTemplates(entry: MapEntry, port: TemplatePort, context: BindContext): BoundTemplates {
  const around = { port, context }
  if (port.arity === 'one') {
    const named = namedTemplate(entry.value)
    if (named === undefined) return { name: entry.key, port, entry, uses: bindTemplate(entry, around) }
    context.report(templateHasName(entry, named))
    return { name: entry.key, port, entry, uses: [] }
  }
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
  const unnamed = entryOf(entry.value, 'use')
  if (unnamed !== undefined && isText(unnamed.value)) {
    context.report(templateNeedsName(entry, unnamed.value))
    return { name: entry.key, port, entry, uses: [] }
  }
  for (const one of entry.value.entries) {
    const id = idIsValid(one, 'a template')
    if (id !== undefined) context.report(id)
  }
  return { name: entry.key, port, entry, uses: entry.value.entries.flatMap((one) => bindTemplate(one, around)) }
}

/** The first of a map that holds nothing but templates under names. */
function namedTemplate(node: YamlNode): MapEntry | undefined {
  const entries = node.kind === 'map' ? node.entries : []
  return entries.every(({ value }) => value.kind === 'map' && entryOf(value, 'use') !== undefined)
    ? entries[0]
    : undefined
}

/** A template, or where the port takes it a list of them. */
function bindTemplate(
  { key: name, keySpan, value }: MapEntry,
  { port, context }: { port: TemplatePort; context: BindContext },
): BoundTemplates['uses'] {
  const bind = (node: YamlNode): BoundUse[] => {
    const span = node === value ? keySpan : node.span
    const spec = readTemplate(node, { span, catalog: context.catalog }, context.report)
    if (spec === undefined) return []
    const use = bindUse(spec, context, port)
    return [use.kind?.isCommand === true ? bindCommandTemplate(use, context) : use]
  }
  if (value.kind !== 'list') return bind(value).map((use) => ({ name, use, then: [] }))
  if (port.chain !== true || value.items.length === 0) {
    const wanted = port.chain === true ? 'a template, or a list of at least one' : 'one template'
    context.report(wrongShape(value, { what: `\`${name}\``, wanted }, `write \`${name}: { use: kind, with: { … } }\``))
    return []
  }
  const [use, ...then] = value.items.flatMap(bind)
  return use === undefined ? [] : [{ name, use, then }]
}
