import { basename, resolve } from 'node:path'
import { artifactTypes } from '../stage/artifact.ts'
import type { BindContext } from './bind-context.ts'
import { bindInput } from './bind-input.ts'
import { bindValue } from './bind-value.ts'
import type { BoundCommand, BoundInput, BoundUse, LooseInputPort } from './bound.ts'
import { readOutputs } from './command-kind.ts'
import { splitTemplate, type ExpressionPart, type LiteralPart } from './expression/template.ts'
import { spanInside, type MapEntry, type ScalarNode } from './node.ts'
import { asMap, isNothing, isText } from './read-map.ts'
import type { Report } from './report.ts'
import { fileNotGiven, noSuchPort, wrongCommand } from './rules/commands-are-valid.ts'
import { idIsValid } from './rules/ids-are-valid.ts'
import { wrongShape } from './rules/shapes-are-valid.ts'
import type { UseSpec } from './spec.ts'

const port: LooseInputPort = { accepts: artifactTypes, mayBeList: true, description: 'Input of the command' }

/** The inputs that a command declares. */
export function bindCommandInputs({ inputs }: UseSpec, context: BindContext): BoundInput[] {
  if (inputs === undefined || isNothing(inputs.value)) return []
  const help = 'write `inputs: { name: stage }` or `inputs: { name: ./path }`'
  const map = asMap(inputs.value, { what: '`inputs`', help }, context.report)
  return (map?.entries ?? []).map((entry) => {
    const id = idIsValid(entry, 'an input')
    if (id !== undefined) context.report(id)
    return bindInput(entry, port, context)
  })
}

/** The command line of a stage, its outputs and environment, as far as they are right. `given`: inputs from a search. */
export function bindCommand(
  use: BoundUse,
  context: BindContext,
  given: { readonly inputs: readonly string[]; readonly takesDose: boolean } = { inputs: [], takesDose: false },
): BoundCommand {
  const { spec } = use
  const outputs = readOutputs(spec, quiet)
  const inputs = [...given.inputs, ...use.inputs.map(({ name }) => name)]
  const ports = { input: inputs, output: namesOf(spec.outputs), takesDose: given.takesDose }
  const run = bindRun(spec, ports, context)
  findFiles(use, context)
  return { run, outputs, env: bindEnv(spec, context) }
}

/** The outputs have been read, and what is wrong with them told, when the file was. */
const quiet: Report = () => undefined
const namesOf = (entry: MapEntry | undefined): string[] =>
  entry?.value.kind === 'map' ? entry.value.entries.map(({ key }) => key) : []

type Ports = Readonly<Record<'input' | 'output', readonly string[]>> & { readonly takesDose: boolean }

function bindRun({ run, span }: UseSpec, ports: Ports, context: BindContext): BoundCommand['run'] {
  if (run === undefined) {
    context.report(wrongCommand('a command needs `run`', span, 'add `run: program --option ${inputs.name}`'))
    return []
  }
  const node = run.value
  if (isText(node) && node.value.trim() === '') {
    context.report(wrongCommand('`run` is empty', node.span, 'write the command as for a shell'))
    return []
  }
  if (!isText(node)) {
    context.report(wrongShape(node, { what: '`run`', wanted: 'text' }, 'write the command as for a shell'))
    return []
  }
  return splitTemplate(node.value).flatMap((part): BoundCommand['run'] => {
    if (part.type === 'text') return [{ text: part.text }]
    if (ports.takesDose && part.source.trim() === 'dose') return [{ dose: true }]
    const [, kind, name] = /^\s*(input|output)s\s*\.\s*([A-Za-z_][\w-]*)\s*$/.exec(part.source) ?? []
    if (kind !== 'input' && kind !== 'output') return bindPart(part, node, context)
    const named = name ?? ''
    if (ports[kind].includes(named)) return [kind === 'input' ? { input: named } : { output: named }]
    const at = spanInside(node, part.sourceStart + part.source.indexOf(named, part.source.indexOf('.')), named.length)
    context.report(noSuchPort(kind, named, { span: at, names: ports[kind] }))
    return []
  })
}

/** Tells of words of the command that are files beside the pipeline, which it will not find where it runs. */
function findFiles({ spec: { run }, inputs }: BoundUse, { folder, probe, report }: BindContext): void {
  if (run === undefined || !isText(run.value)) return
  const node = run.value
  const paths = inputs.flatMap(({ name, target }) => (target?.kind === 'path' ? [{ name, path: target.path }] : []))
  const isGiven = (word: string): boolean => paths.some(({ path }) => basename(path) === word.replace(/^\.\//, ''))
  const seen = new Set<string>()
  const texts = splitTemplate(node.value).filter((part): part is LiteralPart => part.type === 'text')
  for (const { text, start } of texts)
    for (const { 0: word, index } of text.matchAll(shellWord)) {
      if (!isFileWord(word) || isGiven(word) || seen.has(word) || seen.size === mostLookedAt) continue
      seen.add(word)
      const path = resolve(folder, word)
      if (probe(path) !== 'file') continue
      const known = paths.find((input) => input.path === path)
      report(fileNotGiven(word, spanInside(node, start + index, word.length), known?.name))
    }
}

/** Words of a command that are looked for on disk; each is told of once. */
const mostLookedAt = 1000
/** What a shell may take as a word by itself; cut first, so that a long text takes time in proportion. */
const shellWord = /[^\s'"=<>;|&()]+/g
/** With a dot or slash in it, as a relative path has: no option, no absolute path. */
const isFileWord = (word: string): boolean =>
  /[./]/.test(word) && /^[\w.]/.test(word) && /\w$/.test(word) && !/[^\w./-]/.test(word)

/** Any other expression: as if it stood alone. */
function bindPart(part: ExpressionPart, node: ScalarNode, context: BindContext): BoundCommand['run'] {
  if (/(?<![\w.-])(inputs|outputs)\s*\./.test(part.source)) {
    context.report(
      wrongCommand(
        'an input or output of a command cannot be computed with',
        spanInside(node, part.start, part.end - part.start),
        'write `${inputs.name}` alone, or name the stage: `${stage.output * 2}`',
      ),
    )
    return []
  }
  const text = part.closed ? `\${${part.source}}` : `\${${part.source}`
  const from = node.verbatimFrom === undefined ? {} : { verbatimFrom: node.verbatimFrom + part.start }
  const span = spanInside(node, part.start, part.end - part.start)
  return [{ value: bindValue({ kind: 'scalar', value: text, span, ...from }, context) }]
}

function bindEnv({ env }: UseSpec, context: BindContext): BoundCommand['env'] {
  if (env === undefined || isNothing(env.value)) return []
  const map = asMap(env.value, { what: '`env`', help: 'write `env: { NAME: value }`' }, context.report)
  return (map?.entries ?? []).flatMap((entry) => {
    if (!/^[A-Za-z_]\w*$/.test(entry.key)) {
      context.report(
        wrongCommand(
          `\`${entry.key}\` is no name of an environment variable`,
          entry.keySpan,
          'a name is letters, digits and _',
        ),
      )
      return []
    }
    const value = bindValue(entry.value, context)
    const isPlain = ['string', 'number', 'boolean'].includes(typeof value.json) || value.holes.length > 0
    if (isPlain) return [{ name: entry.key, value }]
    context.report(wrongShape(entry.value, { what: `\`${entry.key}\``, wanted: 'text' }, 'put it in quotes'))
    return []
  })
}
