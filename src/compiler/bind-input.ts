import { resolve } from 'node:path'
import type { InputPort } from '../stage/stage-kind.ts'
import { bindValue } from './bind-value.ts'
import type { BindContext } from './bind-context.ts'
import type { BoundInput, InputTarget, FileOutput, LooseInputPort, OutputTarget } from './bound.ts'
import type { MapEntry, ScalarNode, YamlNode } from './node.ts'
import { isText } from './read-map.ts'
import { anyPort } from './reference.ts'
import { mustBeKnown } from './rules/expressions-are-valid.ts'
import { namesOddStage, resolveReference, takesOne, wrongReference } from './rules/inputs-exist.ts'
import { gathersTooMuch, maxGathered } from './rules/matrix-is-valid.ts'
import { pathExists } from './rules/paths-exist.ts'
import { pathLeaves } from './rules/paths-stay-inside.ts'
import { wrongShape } from './rules/shapes-are-valid.ts'

/** What an input port is given: a path, an output, or a list of outputs. Reports what does not resolve. */
export function bindInput(entry: MapEntry, port: LooseInputPort, context: BindContext): BoundInput {
  const target = resolveInput(entry, port, context)
  return { name: entry.key, port, entry, ...(target === undefined ? {} : { target }) }
}

/** An output of a pipeline file: `name: stage.output`. */
export function resolveOutput(entry: MapEntry, context: BindContext): OutputTarget | undefined {
  const { key: name, value: node } = entry
  if (isText(node)) return resolveReference({ text: node.value, node, name, port: anyPort }, context)
  context.report(
    wrongShape(node, { what: `the output \`${name}\``, wanted: 'a reference' }, `write \`${name}: stage.output\``),
  )
  return undefined
}

interface At {
  readonly name: string
  readonly port: InputPort
  readonly context: BindContext
}

function resolveInput(entry: MapEntry, port: LooseInputPort, context: BindContext): InputTarget | undefined {
  const at = { name: entry.key, port, context }
  if (entry.value.kind === 'list' && port.many === true) {
    const targets = entry.value.items.map((item) => resolveOne(item, at))
    const items = targets.flatMap((target) => (target?.kind === 'output' ? [target] : []))
    return items.length < targets.length ? undefined : gathered({ kind: 'list', items }, entry.value, context)
  }
  const target = resolveOne(entry.value, at)
  if (target?.kind !== 'output') return target
  const isList = isListed(target, context)
  if (port.many === true || (isList && port.mayBeList === true))
    return gathered({ kind: 'list', items: [target] }, entry.value, context)
  if (!isList) return target
  context.report(takesOne(target, { entry, cells: cellsOf(target, context) }))
  return undefined
}

/** The ids of the cells that a target stands for. */
const cellsOf = ({ stage, cells }: OutputTarget, context: BindContext): readonly string[] =>
  cells ?? context.cells.get(stage)?.all.map(({ id }) => id) ?? []

function isListed(target: OutputTarget, context: BindContext): boolean {
  const stage = context.stages.get(target.stage)
  const port: FileOutput | undefined = stage && context.kindOf(stage)?.outputs[target.output]
  return port?.isList === true || (stage?.matrix !== undefined && target.cells?.length !== 1)
}

function gathered(
  target: InputTarget & { readonly kind: 'list' },
  node: YamlNode,
  context: BindContext,
): InputTarget | undefined {
  const before = context.counts.gathered
  context.counts.gathered += target.items.reduce((sum, item) => sum + Math.max(1, cellsOf(item, context).length), 0)
  if (context.counts.gathered <= maxGathered) return target
  if (before <= maxGathered) context.report(gathersTooMuch(node.span))
  return undefined
}

function resolveOne(node: YamlNode, { name, port, context }: At): InputTarget | undefined {
  const value = bindValue(node, context)
  if (value.holes.length > 0) {
    if (value.holes.every(({ why }) => why === 'waits')) context.report(mustBeKnown(`the input \`${name}\``, node))
    return undefined
  }
  const text = value.json
  if (typeof text !== 'string' || text === '' || node.kind !== 'scalar') {
    const [takesPaths, takesStages] = [port.accepts.includes('path'), port.accepts.some((type) => type !== 'path')]
    const words = [...(takesStages ? ['the name of a stage'] : []), ...(takesPaths ? ['a path'] : [])]
    const wanted = words.join(' or ')
    const help = `write \`${name}: ${takesStages ? 'stage' : './file'}\`${takesStages && takesPaths ? ` or \`${name}: ./file\`` : ''}`
    context.report(wrongShape(node, { what: `the input \`${name}\``, wanted: `${wanted}, as text` }, help))
    return undefined
  }
  if (!port.accepts.includes('path')) return resolveReference({ text, node, name, port }, context)
  return resolvePath(text, node, { name, port, context })
}

/** A port that takes a path as well as a stage: a stage's name wins, unless it is written as a path (`./name`). */
function resolvePath(text: string, node: ScalarNode, { name, port, context }: At): InputTarget | undefined {
  const takesStages = port.accepts.some((type) => type !== 'path')
  if (takesStages && namesOddStage(text, context.stages)) return undefined
  const head = text.split(/[.@]/)[0] ?? text
  if (takesStages && context.stages.has(head)) return resolveReference({ text, node, name, port }, context)
  const path = resolve(context.folder, text)
  if (context.probe(path) !== undefined) {
    const leaves = pathLeaves(text, node, { path, folder: context.folder, probe: context.probe })
    if (leaves !== undefined) context.report(leaves)
    return { kind: 'path', path }
  }
  const looksLikePath = /[\\/]|^\.|\.\w+$/.test(text)
  if (takesStages && !looksLikePath) context.report(wrongReference({ text, node, name, port }, context))
  else context.report(pathExists(text, node, path))
  return undefined
}
