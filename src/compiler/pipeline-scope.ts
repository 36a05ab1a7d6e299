import type { StageCatalog } from '../stage/catalog.ts'
import type { OutputPort, StageKind } from '../stage/stage-kind.ts'
import type { Scope, ScopeType } from './expression/scope.ts'
import type { ParamType, PipelineSpec } from './spec.ts'

/** Every name an expression of this pipeline may read: its parameters and the outputs of its stages. */
export function pipelineScope(spec: PipelineSpec, catalog: StageCatalog): Scope {
  const kinds = new Map<StageKind, ScopeType>()
  const params: ScopeType = {
    kind: 'map',
    what: 'parameter',
    fields: new Map(spec.params.map(({ name, type }) => [name, paramScope[type]])),
  }
  const stages = spec.stages.map(({ id, use }): [string, ScopeType] => {
    const kind = use && catalog.get(use.value)
    if (kind === undefined) return [id, { kind: 'dyn' }]
    const scope = kinds.get(kind) ?? kindScope(kind)
    kinds.set(kind, scope)
    return [id, scope]
  })
  return new Map([...stages, ['params', params]])
}

const kindScope = (kind: StageKind): ScopeType => ({
  kind: 'map',
  what: 'output',
  fields: new Map(Object.entries(kind.outputs).map(([name, port]) => [name, outputScope(port, kind)])),
})

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
