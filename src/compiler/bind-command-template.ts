import type { CommandDose } from '../stage/command-line.ts'
import type { InputPort } from '../stage/stage-kind.ts'
import type { BindContext } from './bind-context.ts'
import { bindCommand, bindCommandInputs } from './bind-command.ts'
import { bindValue } from './bind-value.ts'
import type { BoundUse } from './bound.ts'
import { commandKind } from './command-kind.ts'
import type { MapEntry } from './node.ts'
import { wrongCommand } from './rules/commands-are-valid.ts'
import { mustBeKnown } from './rules/expressions-are-valid.ts'

/** What a search gives to every command that stands as a template. */
const modelPort: InputPort = { accepts: ['model', 'ensemble'], description: 'The model, from the search' }

/** A command that stands as a template: the search gives it `${inputs.model}` and, where it degrades, `${dose}`. */
export function bindCommandTemplate(use: BoundUse, context: BindContext): BoundUse {
  const { spec, kind } = use
  if (kind === undefined) return use
  const dose = spec.dose === undefined ? undefined : readDose(spec.dose, context)
  const bound: BoundUse = {
    ...use,
    kind: { ...commandKind(kind, spec, context.report), inputs: { model: modelPort } },
    inputs: bindCommandInputs(spec, context),
  }
  const given = { inputs: ['model'], takesDose: spec.dose !== undefined }
  return { ...bound, command: bindCommand(bound, context, given), ...(dose === undefined ? {} : { dose }) }
}

const form = 'write `dose: { start: mildest, end: roughest }`, or `dose: { values: [mildest, …, roughest] }`'

function readDose(entry: MapEntry, context: BindContext): CommandDose | undefined {
  const { json, holes } = bindValue(entry.value, context)
  if (holes.length > 0) {
    if (holes.every(({ why }) => why === 'waits')) context.report(mustBeKnown('`dose`', entry.value))
    return undefined
  }
  const dose = doseIn(json)
  if (typeof dose !== 'string') return dose
  context.report(wrongCommand(`\`dose\` ${dose}`, entry.value.span, form))
  return undefined
}

/** The dose, or what is wrong with it. */
function doseIn(json: unknown): CommandDose | string {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'must be a map'
  const { start, end, values, ...others } = json as Readonly<Record<string, unknown>>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) return `has no key \`${unknown}\``
  if (values !== undefined) {
    const numbers = Array.isArray(values) ? values.filter((one): one is number => typeof one === 'number') : []
    const isRight = Array.isArray(values) && numbers.length === values.length && numbers.length > 0
    if (start !== undefined || end !== undefined) return 'has either values or a start and an end'
    if (!isRight) return 'needs values that are numbers'
    return new Set(numbers).size < numbers.length ? 'names a value twice' : { values: numbers }
  }
  if (typeof start !== 'number' || typeof end !== 'number' || !(start > 0) || !(end > 0) || start === end)
    return 'needs a start and an end, two different numbers above 0'
  return { start, end }
}
