import type { TObject } from '@sinclair/typebox'
import type { Json } from '../base/json.ts'
import type { StageKind } from '../stage/stage-kind.ts'
import type { FileOutput } from './bound.ts'
import type { PipelineFile } from './pipeline-file.ts'
import { toJson, type MapEntry } from './node.ts'
import { isText } from './read-map.ts'
import { anyPort } from './reference.ts'
import { chooseOutput } from './choose-output.ts'
import type { ParamSpec, ParamType } from './spec.ts'

/**
 * What a pipeline file is to the file that uses it: a kind whose parameters are those the file declares, and whose
 * outputs are those under its `outputs:`. It is unfolded into its stages, so it never runs itself.
 */
export function fileKind(name: string, { spec, kindOf }: PipelineFile): StageKind {
  const stages = new Map(spec.stages.map((stage) => [stage.id, stage]))
  const outputs = spec.outputs.map(({ key, value }): [string, FileOutput] => {
    const text = isText(value) ? value.value : ''
    const stage = stages.get(/^[^.@]*/.exec(text)?.[0] ?? '')
    const port = stage && outputOf(key, text, kindOf(stage))
    if (stage === undefined || port === undefined || port.isUnclear === true)
      return [key, { type: 'record', description: '', isUnclear: true }]
    const isList = port.isList === true || (stage.matrix !== undefined && !namesCell(text, stage.matrix))
    return [key, { type: port.type, description: port.description, ...(isList ? { isList: true } : {}) }]
  })
  return {
    name,
    version: 1,
    role: 'search',
    summary: spec.description ?? spec.name,
    seeded: false,
    params: paramsSchema(spec.params),
    inputs: {},
    outputs: Object.fromEntries(outputs),
    grow: () => ({ stages: [] }),
  }
}

/** The output that `stage.output` names; what names none is told where the file is bound. */
function outputOf(name: string, text: string, kind: StageKind | undefined): FileOutput | undefined {
  const outputs: readonly (readonly [string, FileOutput])[] = Object.entries(kind?.outputs ?? {})
  const last = text.slice(text.lastIndexOf('.') + 1)
  const named = text.includes('.') ? outputs.find(([output]) => output === last) : undefined
  return (named ?? chooseOutput(outputs, { name, port: anyPort }).chosen)?.[1]
}

/** Whether a reference gives every variable of the matrix, so that it means one cell. */
function namesCell(text: string, { value }: MapEntry): boolean {
  const variables =
    value.kind === 'map' ? value.entries.filter(({ key }) => key !== 'include' && key !== 'exclude') : []
  return text.includes('@') && text.split(',').length === variables.length
}

function paramsSchema(params: readonly ParamSpec[]): TObject {
  const properties = Object.fromEntries(params.map((param) => [param.name, paramSchema(param)]))
  const required = params.filter((param) => param.default === undefined).map(({ name }) => name)
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) } as unknown as TObject
}

const paramSchema = (param: ParamSpec): Record<string, Json> => ({
  type: jsonTypes[param.type],
  ...(param.default === undefined ? {} : { default: toJson(param.default) }),
  ...(param.minimum === undefined ? {} : { minimum: param.minimum }),
  ...(param.maximum === undefined ? {} : { maximum: param.maximum }),
  ...(param.enum === undefined ? {} : { enum: param.enum }),
  ...(param.description === undefined ? {} : { description: param.description }),
})

const jsonTypes: Readonly<Record<ParamType, string>> = {
  number: 'number',
  integer: 'integer',
  string: 'string',
  boolean: 'boolean',
  list: 'array',
  map: 'object',
}
