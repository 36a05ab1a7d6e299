import type { Json, JsonObject } from '../base/json.ts'
import type { OutputPort, StageKind } from '../stage/stage-kind.ts'
import type { FileOutput } from './bound.ts'
import type { Scope, ScopeType } from './expression/scope.ts'
import type { ParamType, PipelineSpec, StageSpec } from './spec.ts'

/** Every name an expression of this pipeline may read: its parameters and the outputs of its stages. */
export function pipelineScope(spec: PipelineSpec, kindOf: (stage: StageSpec) => StageKind | undefined): Scope {
  const known = { single: new Map<StageKind, ScopeType>(), listed: new Map<StageKind, ScopeType>() }
  const params: ScopeType = {
    kind: 'map',
    what: 'parameter',
    fields: new Map(spec.params.map(({ name, type }) => [name, paramScope[type]])),
  }
  const stages = spec.stages.map((stage): [string, ScopeType] => {
    const kind = kindOf(stage)
    if (kind === undefined || Object.hasOwn(kind.outputs, '')) return [stage.id, { kind: 'dyn' }]
    const kinds = stage.matrix === undefined ? known.single : known.listed
    const scope = kinds.get(kind) ?? kindScope(kind, stage.matrix !== undefined)
    kinds.set(kind, scope)
    return [stage.id, scope]
  })
  return new Map([...stages, ['params', params]])
}

/** The scope with the variables of a matrix, typed by the values of one cell; of a wrong matrix nothing is known. */
export function matrixScope(scope: Scope, cell: JsonObject | undefined): Scope {
  const fields = Object.entries(cell ?? {}).map(([name, value]) => [name, plainScope(value)] as const)
  const matrix: ScopeType =
    cell === undefined ? { kind: 'dyn' } : { kind: 'map', what: 'matrix variable', fields: new Map(fields) }
  return new Map<string, ScopeType>([...scope, ['matrix', matrix]])
}

const plainScope = (value: Json): ScopeType =>
  typeof value === 'string'
    ? { kind: 'string' }
    : typeof value === 'boolean'
      ? { kind: 'bool' }
      : typeof value === 'number'
        ? { kind: 'double' }
        : { kind: 'dyn' }

const kindScope = (kind: StageKind, isMatrix: boolean): ScopeType => ({
  kind: 'map',
  what: 'output',
  fields: new Map(
    Object.entries(kind.outputs).map(([name, port]: [string, FileOutput]) => {
      const one: ScopeType = port.isUnclear === true ? { kind: 'dyn' } : outputScope(port, kind)
      return [name, isMatrix || port.isList === true ? listOf(one) : one]
    }),
  ),
})

const listOf = (one: ScopeType): ScopeType =>
  one.kind === 'unreadable'
    ? one
    : one.kind === 'double'
      ? { kind: 'list', of: 'double' }
      : one.kind === 'map'
        ? { kind: 'list', of: one }
        : { kind: 'list' }

function outputScope({ type }: OutputPort, kind: StageKind): ScopeType {
  if (type === 'number') return { kind: 'double' }
  if (type === 'record') return { kind: 'dyn' }
  if (type !== 'metrics') return { kind: 'unreadable', what: type }
  if (kind.metrics === undefined) return { kind: 'dyn' }
  return { kind: 'map', what: 'metric', fields: new Map(Object.keys(kind.metrics).map((name) => [name, metricScope])) }
}

const metricScope: ScopeType = {
  kind: 'map',
  what: 'field',
  fields: new Map([
    ['mean', { kind: 'double' }],
    ['items', { kind: 'double' }],
    ['unit', { kind: 'string' }],
  ]),
}

const paramScope: Readonly<Record<ParamType, ScopeType>> = {
  number: { kind: 'double' },
  integer: { kind: 'double' },
  string: { kind: 'string' },
  boolean: { kind: 'bool' },
  list: { kind: 'list' },
  map: { kind: 'dyn' },
}
