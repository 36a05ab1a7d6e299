import type { InputRef, PlannedStage, PlannedTemplate, PlannedValue } from '../compiler/plan.ts'
import type { StageKind } from '../stage/stage-kind.ts'

/**
 * Why a stage is not run when the stages in `unwanted` were skipped on purpose, or undefined when it can do without
 * them: because it takes them through optional ports alone, or in lists of which something is left.
 */
export function cannotDoWithout(
  stage: PlannedStage,
  kind: StageKind | undefined,
  unwanted: ReadonlySet<string>,
): string | undefined {
  const gone = stage.needs.filter((need) => unwanted.has(need))
  if (gone.length === 0) return undefined
  const essential = new Set([...neededByValues(stage), ...neededByTemplates(stage.templates)])
  for (const [port, input] of Object.entries(stage.inputs)) {
    const optional = kind?.inputs[port]?.optional === true
    if (!optional && isEmptied(input, unwanted)) stagesOf(input).forEach((id) => essential.add(id))
  }
  const missing = gone.find((id) => essential.has(id))
  return missing === undefined ? undefined : `${missing} was skipped`
}

const isEmptied = (input: InputRef, unwanted: ReadonlySet<string>): boolean =>
  stagesOf(input).length > 0 && stagesOf(input).every((id) => unwanted.has(id))

function stagesOf(input: InputRef): readonly string[] {
  if ('path' in input) return []
  return 'list' in input ? input.list.map(({ stage }) => stage) : [input.stage]
}

const neededByValues = ({ with: values, when, command }: PlannedStage): string[] =>
  [
    ...Object.values(values),
    ...(when === undefined ? [] : [when]),
    ...Object.values(command?.env ?? {}),
    ...(command?.run ?? []).flatMap((part) => ('value' in part ? [part.value] : [])),
  ].flatMap(neededBy)

/** A list in an expression becomes shorter; a single output must be there. */
function neededBy(value: PlannedValue): string[] {
  if ('value' in value) return []
  return value.needs.flatMap(({ stage, from }) => (from === undefined ? [stage] : 'list' in from ? [] : [from.stage]))
}

const neededByTemplates = (templates: PlannedStage['templates']): string[] =>
  Object.values(templates).flatMap((port) =>
    (isOne(port) ? [port] : Object.values(port)).flatMap((template) => [
      ...Object.values(template.with).flatMap(neededBy),
      ...Object.values(template.inputs).flatMap(stagesOf),
      ...neededByTemplates(template.templates ?? {}),
      ...(template.then ?? []).flatMap((one) => neededByTemplates({ one })),
    ]),
  )

const isOne = (port: PlannedStage['templates'][string]): port is PlannedTemplate => typeof port.use === 'string'

/** Why a stage whose `when` is false is not run. */
export const whenInWords = ({ when }: PlannedStage): string =>
  when !== undefined && 'expression' in when ? `when: ${when.expression} is false` : 'when: false'
