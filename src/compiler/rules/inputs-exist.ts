import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { ArtifactType } from '../../stage/artifact.ts'
import type { StageKind } from '../../stage/stage-kind.ts'
import { isMissing, usesOf, type BoundStage, type BoundUse, type FileOutput, type OutputTarget } from '../bound.ts'
import { Cells, type Cell } from '../cells.ts'
import { chooseOutput } from '../choose-output.ts'
import { spanInside, type MapEntry } from '../node.ts'
import { wrongChoices } from '../one-of.ts'
import type { Reference } from '../reference.ts'
import { suggest, type Report } from '../report.ts'
import { namesFile, type StageSpec, type UseSpec } from '../spec.ts'
import { isOddId } from './ids-are-valid.ts'
import { noFittingOutput } from './port-types-match.ts'

const code = 'inputs-exist'

interface Lookup {
  readonly stages: ReadonlyMap<string, StageSpec>
  readonly cells: ReadonlyMap<string, Cells>
  readonly kindOf: (use: UseSpec) => StageKind | undefined
  readonly report: Report
}

/**
 * Law: an input names a stage of the pipeline and one of its outputs. A stage alone means the output that fits;
 * `stage@seed=0` means the cells of its matrix that have these values.
 */
export function resolveReference(reference: Reference, context: Lookup): OutputTarget | undefined {
  if (namesOddStage(reference.text, context.stages)) return undefined
  const head = /^[^.@]*/.exec(reference.text)?.[0] ?? ''
  const stage = context.stages.get(head)
  const kind = stage && context.kindOf(stage)
  if (stage !== undefined && kind === undefined) return undefined
  if (reference.text[head.length] === '@' && stage !== undefined && kind !== undefined)
    return resolveCells(reference, { stageId: head, kind }, context)
  const [stageId = '', output, ...more] = reference.text.split('.')
  if (kind === undefined || more.length > 0) {
    context.report(wrongReference(reference, context))
    return undefined
  }
  return resolveNamed(reference, { stageId, kind, output, outputAt: stageId.length + 1 }, context.report)
}

const oddIds = new WeakMap<ReadonlyMap<string, StageSpec>, readonly string[]>()

/** Whether a reference names a stage whose own name is wrong. */
export function namesOddStage(text: string, stages: ReadonlyMap<string, StageSpec>): boolean {
  const odd = oddIds.get(stages) ?? [...stages.keys()].filter(isOddId)
  oddIds.set(stages, odd)
  return odd.some((id) => text.startsWith(id) && ['', '.', '@'].includes(text.charAt(id.length)))
}

interface Named {
  readonly stageId: string
  readonly kind: StageKind
  readonly output: string | undefined
  /** Where the output stands in the text. */
  readonly outputAt: number
}

function resolveNamed(
  reference: Reference,
  { stageId, kind, output, outputAt }: Named,
  report: Report,
): OutputTarget | undefined {
  if (output === undefined) return defaultOutput(reference, { stageId, outputs: kind.outputs }, report)
  const port: FileOutput | undefined = Object.hasOwn(kind.outputs, output) ? kind.outputs[output] : undefined
  if (port?.isUnclear === true) return undefined
  if (port !== undefined) return { kind: 'output', stage: stageId, output, type: port.type, span: reference.node.span }
  // What the stage gives could not be read, which has been told.
  if (Object.hasOwn(kind.outputs, '')) return undefined
  const names = Object.keys(kind.outputs)
  report({
    code,
    severity: 'error',
    message: `\`${stageId}\` (${kind.name}) has no output \`${output}\``,
    span: spanInside(reference.node, outputAt, output.length),
    help:
      names.length === 0 && namesFile(kind.name)
        ? `declare it in ${kind.name}: \`outputs: { ${output}: stage.output }\``
        : suggest(didYouMean(output, names), names, 'outputs'),
  })
  return undefined
}

/** `stage@seed=0,nbeta=10.output`: values may hold dots, so an output is what follows the last one and exists. */
function resolveCells(
  reference: Reference,
  { stageId, kind }: { stageId: string; kind: StageKind },
  context: Lookup,
): OutputTarget | undefined {
  const matrix = context.cells.get(stageId) ?? new Cells([])
  const { all } = matrix
  const rest = reference.text.slice(stageId.length + 1)
  const dot = rest.lastIndexOf('.')
  const isWhole = dot === -1 || (matrix.with(rest).length > 0 && !Object.hasOwn(kind.outputs, rest.slice(dot + 1)))
  const selection = isWhole ? rest : rest.slice(0, dot)
  const cells = matrix.with(selection)
  if (cells.length === 0) {
    context.report(noSuchCell(reference, { stageId, selection, all }))
    return undefined
  }
  const output = isWhole ? undefined : rest.slice(dot + 1)
  const named = { stageId, kind, output, outputAt: stageId.length + 1 + dot + 1 }
  const target = resolveNamed(reference, named, context.report)
  return target === undefined ? undefined : { ...target, cells: cells.map(({ id }) => id) }
}

function noSuchCell(
  { node }: Reference,
  { stageId, selection, all }: { stageId: string; selection: string; all: readonly Cell[] },
): Diagnostic {
  const names = all.map(({ id }) => id.slice(stageId.length + 1))
  const sorted = selection.split(',').sort().join(',')
  return {
    code,
    severity: 'error',
    message:
      all.length === 0
        ? `\`${stageId}\` has no matrix, so it has no cells`
        : `the matrix of \`${stageId}\` has no cell \`${selection}\``,
    span: spanInside(node, stageId.length + 1, selection.length),
    help: all.length === 0 ? `write \`${stageId}\` alone` : suggest(didYouMean(sorted, names), names, 'cells'),
  }
}

/** Law: a port that takes one thing is not given all cells of a matrix. */
export function takesOne(
  { stage, output }: OutputTarget,
  { entry, cells }: { entry: MapEntry; cells: readonly string[] },
): Diagnostic {
  const [first = `${stage}@…`] = cells
  return {
    code,
    severity: 'error',
    message: `\`${entry.key}\` takes one output, but \`${stage}\` gives a list of ${String(cells.length)}`,
    span: entry.value.span,
    help: `name one cell: \`${first}.${output}\``,
  }
}

/** The output a stage's name alone stands for: of the fitting ones the only one, else the one named like the port. */
function defaultOutput(
  reference: Reference,
  from: { stageId: string; outputs: Readonly<Record<string, FileOutput>> },
  report: Report,
): OutputTarget | undefined {
  const outputs = Object.entries(from.outputs)
  if (outputs.some(([, { isUnclear }]) => isUnclear === true)) return undefined
  const { chosen, fitting } = chooseOutput(outputs, reference)
  if (chosen !== undefined)
    return {
      kind: 'output',
      stage: from.stageId,
      output: chosen[0],
      type: chosen[1].type,
      span: reference.node.span,
    }
  if (fitting.length === 0) {
    report(
      noFittingOutput(
        reference,
        from.stageId,
        outputs.map(([name, { type }]): [string, ArtifactType] => [name, type]),
      ),
    )
    return undefined
  }
  const choices = fitting.map(([name]) => `\`${from.stageId}.${name}\``).join(' or ')
  report({
    code,
    severity: 'error',
    message: `\`${from.stageId}\` has several outputs that fit \`${reference.name}\``,
    span: reference.node.span,
    help: `write ${choices}`,
  })
  return undefined
}

export function wrongReference({ text, node, name, port }: Reference, { stages }: Pick<Lookup, 'stages'>): Diagnostic {
  const [stage = ''] = text.split('.')
  const names = [...stages.keys()]
  const isPath = /[\\/]/.test(text)
  if (isPath)
    return {
      code,
      severity: 'error',
      message: `\`${name}\` takes a stage, not a path`,
      span: node.span,
      help: `make a stage that reads \`${text}\`, and name it here`,
    }
  if (stages.has(stage))
    return {
      code,
      severity: 'error',
      message: `\`${text}\` has too many dots`,
      span: node.span,
      help: 'a reference is `stage` or `stage.output`',
    }
  const [, indexed = ''] = /^([a-z][\w-]*)\[/.exec(text) ?? []
  if (stages.has(indexed))
    return {
      code,
      severity: 'error',
      message: `\`${text}\` is no reference`,
      span: node.span,
      help: `a cell of a matrix is named by its values: \`${indexed}@variable=value\``,
    }
  const or = port.accepts.includes('path') ? ', and no file or folder' : ''
  const span = spanInside(node, 0, stage.length)
  return {
    code,
    severity: 'error',
    message: `there is no stage \`${stage}\`${or}`,
    span,
    help: suggest(didYouMean(stage, names), names, 'stages'),
  }
}

/**
 * Law: every input port that is not optional is given, and of inputs and parameters that stand for each other exactly
 * one. Templates get what is missing from their search.
 */
export function inputsExist(stages: readonly BoundStage[], report: Report): void {
  for (const stage of stages)
    for (const use of usesOf(stage)) {
      if (!use.isTemplate) for (const missing of missingInputs(use)) report(missing)
      for (const wrong of wrongChoices(use)) report({ code, severity: 'error', ...wrong })
    }
}

function missingInputs(use: BoundUse): Diagnostic[] {
  const { kind, inputs, spec } = use
  return Object.entries(kind?.inputs ?? {}).flatMap(([name, port]): Diagnostic[] => {
    if (port.optional === true || inputs.some((input) => input.name === name) || !isMissing(use, name)) return []
    const wants = port.accepts.includes('path') ? './path' : 'stage'
    return [
      {
        code,
        severity: 'error',
        message: `\`${kind?.name ?? ''}\` needs the input \`${name}\``,
        span: spec.span,
        help: `add \`${name}: ${wants}\` under \`with\`: ${port.description}`,
      },
    ]
  })
}
