import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { ArtifactType } from '../../stage/artifact.ts'
import type { StageCatalog } from '../../stage/catalog.ts'
import type { OutputPort } from '../../stage/stage-kind.ts'
import { isMissing, usesOf, type BoundStage, type BoundUse, type InputTarget } from '../bound.ts'
import { spanInside } from '../node.ts'
import type { Reference } from '../reference.ts'
import { suggest, type Report } from '../report.ts'
import type { StageSpec } from '../spec.ts'
import { noFittingOutput } from './port-types-match.ts'

const code = 'inputs-exist'

interface Lookup {
  readonly catalog: StageCatalog
  readonly stages: ReadonlyMap<string, StageSpec>
  readonly report: Report
}

/** Law: an input names a stage of the pipeline and one of its outputs. A stage alone means the output that fits. */
export function resolveReference(reference: Reference, context: Lookup): InputTarget | undefined {
  const [stageId = '', output, ...more] = reference.text.split('.')
  const stage = context.stages.get(stageId)
  if (stage === undefined || more.length > 0) {
    context.report(wrongReference(reference, context))
    return undefined
  }
  const kind = stage.use && context.catalog.get(stage.use.value)
  if (kind === undefined) return undefined
  if (output === undefined) return defaultOutput(reference, { stageId, outputs: kind.outputs }, context.report)
  const port = Object.hasOwn(kind.outputs, output) ? kind.outputs[output] : undefined
  if (port !== undefined) return { kind: 'output', stage: stageId, output, type: port.type }
  const names = Object.keys(kind.outputs)
  context.report({
    code,
    severity: 'error',
    message: `\`${stageId}\` (${kind.name}) has no output \`${output}\``,
    span: spanInside(reference.node, stageId.length + 1, output.length),
    help: suggest(didYouMean(output, names), names, 'outputs'),
  })
  return undefined
}

/** The output a stage's name alone stands for: of the fitting ones the only one, else the one named like the port. */
function defaultOutput(
  reference: Reference,
  from: { stageId: string; outputs: Readonly<Record<string, OutputPort>> },
  report: Report,
): InputTarget | undefined {
  const outputs = Object.entries(from.outputs)
  const fitting = outputs.filter(([, { type }]) => reference.port.accepts.includes(type))
  const named = fitting.find(([name]) => name === reference.name) ?? fitting.find(([name, { type }]) => name === type)
  const chosen = fitting.length === 1 ? fitting[0] : named
  if (chosen !== undefined) return { kind: 'output', stage: from.stageId, output: chosen[0], type: chosen[1].type }
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

/** Law: every input port that is not optional is given. Templates get what is missing from their search. */
export function inputsExist(stages: readonly BoundStage[], report: Report): void {
  for (const stage of stages)
    for (const use of usesOf(stage)) if (!use.isTemplate) for (const missing of missingInputs(use)) report(missing)
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
