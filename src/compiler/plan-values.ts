import { invariant } from '../base/invariant.ts'
import type { Json, JsonObject } from '../base/json.ts'
import {
  outputsOf,
  usesOf,
  valuesIn,
  type BoundPipeline,
  type BoundStage,
  type BoundTemplates,
  type BoundUse,
  type BoundValue,
  type FileOutput,
  type InputTarget,
  type OutputTarget,
} from './bound.ts'
import type {
  Deferred,
  ExpressionNeed,
  InputRef,
  OutputRef,
  PlannedCommand,
  PlannedStage,
  PlannedTemplate,
  PlannedValue,
} from './plan.ts'
import { validateParams } from './validate-params.ts'

/** Puts what the stages of one file say in terms of the whole plan: full ids, lists of cells, values that wait. */
export class Planner {
  readonly #pipeline: BoundPipeline
  /** Many stages gather one list, and they share it. */
  readonly #refs = new Map<string, readonly OutputRef[]>()
  constructor(pipeline: BoundPipeline) {
    this.#pipeline = pipeline
  }

  kindOf({ kind }: BoundUse): NonNullable<BoundUse['kind']> {
    invariant(kind, 'a stage without a kind is planned')
    return kind
  }

  /** Nothing where it always runs. */
  condition(stage: BoundStage): PlannedValue | undefined {
    const { when } = stage
    if (when === undefined) return undefined
    if (when.holes.length > 0) return this.#value(when, stage.cell)
    return when.json === true ? undefined : { value: false }
  }

  /** Known values get the schema's defaults beside them; a value that waits takes the place of its placeholder. */
  withDefaults(stage: BoundStage): Record<string, PlannedValue> {
    const json = Object.fromEntries(stage.params.map((param) => [param.name, param.value.json]))
    const { value } = validateParams(this.kindOf(stage).params, json)
    const known = Object.entries(value).map(([name, one]): [string, PlannedValue] => [name, { value: one }])
    const waiting = stage.params.flatMap((param): [string, PlannedValue][] =>
      param.value.holes.length > 0 ? [[param.name, this.#value(param.value, stage.cell)]] : [],
    )
    return Object.fromEntries([...known, ...waiting])
  }

  inputs(use: BoundUse): Record<string, InputRef> {
    return Object.fromEntries(
      use.inputs.map(({ name, target }): [string, InputRef] => {
        invariant(target, `the input ${name} is not resolved`)
        return [name, this.#input(target)]
      }),
    )
  }

  templates(use: BoundUse, cell: JsonObject | undefined): PlannedStage['templates'] {
    return Object.fromEntries(use.templates.map((port) => [port.name, this.#templatesOf(port, cell)]))
  }

  command({ command }: BoundUse, cell: JsonObject | undefined): PlannedCommand | undefined {
    return (
      command && {
        run: command.run.map((part) => ('value' in part ? { value: this.#value(part.value, cell) } : part)),
        outputs: command.outputs,
        env: Object.fromEntries(command.env.map(({ name, value }) => [name, this.#value(value, cell)])),
      }
    )
  }

  /** Ids of the stages whose outputs a stage reads; `more` are values that do not stand under its `with`. */
  needs(stage: BoundStage, more: readonly Deferred[]): readonly string[] {
    const ids = new Set<string>()
    const add = ({ needs }: Deferred): void => {
      for (const need of needs) for (const id of stagesOf(need)) ids.add(id)
    }
    for (const use of usesOf(stage)) {
      for (const { target } of use.inputs)
        for (const one of outputsOf(target)) for (const ref of this.#outputs(one)) ids.add(ref.stage)
      const values = [
        ...use.params.map(({ value }) => value),
        ...(use.command === undefined ? [] : valuesIn(use.command)),
      ]
      for (const value of values) if (value.holes.length > 0) add(this.#deferred(value, stage.cell))
    }
    more.forEach(add)
    return [...ids]
  }

  #templatesOf(port: BoundTemplates, cell: JsonObject | undefined): PlannedStage['templates'][string] {
    const planned = port.uses.map(({ name, use, then }): [string, PlannedTemplate] => [
      name,
      {
        ...this.#template(use, cell),
        ...(then.length === 0 ? {} : { then: then.map((one) => this.#template(one, cell)) }),
      },
    ])
    const [first] = planned
    if (port.port.arity === 'map') return Object.fromEntries(planned)
    invariant(first, `the template ${port.name} has no kind`)
    return first[1]
  }

  #template(use: BoundUse, cell: JsonObject | undefined): PlannedTemplate {
    const values = [...use.params, ...(use.seed === undefined ? [] : [use.seed])]
    const command = this.command(use, cell)
    return {
      use: this.kindOf(use).name,
      with: Object.fromEntries(values.map((param) => [param.name, this.#value(param.value, cell)])),
      inputs: this.inputs(use),
      ...(use.templates.length === 0 ? {} : { templates: this.templates(use, cell) }),
      ...(command === undefined ? {} : { command }),
      ...(use.dose === undefined ? {} : { dose: use.dose }),
    }
  }

  #input(target: InputTarget): InputRef {
    if (target.kind === 'path') return { path: target.path }
    if (target.kind === 'list') {
      const [only, ...others] = target.items.map((item) => this.#outputs(item))
      return { list: others.length === 0 ? (only ?? []) : [only ?? [], ...others].flat() }
    }
    const [one] = this.#outputs(target)
    invariant(one, `${target.stage}.${target.output} is there`)
    return one
  }

  /** What a name of this file stands for in the plan: the outputs of all cells that are meant, in order. */
  #outputs(target: Omit<OutputTarget, 'span' | 'type'>): readonly OutputRef[] {
    const { stage, output, cells } = target
    const key = cells === undefined ? `${stage}.${output}` : JSON.stringify([stage, output, cells])
    const known = this.#refs.get(key) ?? outputRefs(target, this.#pipeline)
    this.#refs.set(key, known)
    return known
  }

  #value(value: BoundValue, cell: JsonObject | undefined): PlannedValue {
    return value.holes.length === 0 ? { value: value.json } : this.#deferred(value, cell)
  }

  #deferred({ template, params, needs, readsMatrix }: BoundValue, cell: JsonObject | undefined): Deferred {
    const read = [...params].map((name): [string, Json] => [name, this.#pipeline.params[name] ?? null])
    const unique = new Map(needs.map(({ stage, output }) => [`${stage}.${output}`, this.#need(stage, output)]))
    return {
      expression: typeof template === 'string' ? template : JSON.stringify(template),
      ...(typeof template === 'string' ? {} : { template }),
      ...(read.length === 0 ? {} : { params: Object.fromEntries(read) }),
      ...(readsMatrix && cell !== undefined ? { matrix: cell } : {}),
      needs: [...unique.values()],
    }
  }

  #need(stage: string, output: string): ExpressionNeed {
    const refs = this.#outputs({ kind: 'output', stage, output })
    const [first] = refs
    const kind = this.#pipeline.cells.get(stage)?.[0]
    const port: FileOutput | undefined = kind?.kind?.outputs[output]
    if (kind?.cell !== undefined || port?.isList === true) return { stage, output, from: { list: refs } }
    invariant(first, `${stage}.${output} is there`)
    return first.stage === stage && first.output === output ? { stage, output } : { stage, output, from: first }
  }
}

function outputRefs(target: Omit<OutputTarget, 'span' | 'type'>, { cells, byId, prefix }: BoundPipeline): OutputRef[] {
  const stages = target.cells?.flatMap((id) => byId.get(id) ?? []) ?? cells.get(target.stage) ?? []
  return stages.flatMap(({ id, pipeline }) => {
    if (pipeline === undefined) return [{ stage: prefix + id, output: target.output }]
    const inner = pipeline.outputs.get(target.output)
    invariant(inner, `${target.stage} gives ${target.output}`)
    return outputRefs(inner, pipeline)
  })
}

const stagesOf = ({ stage, from }: ExpressionNeed): readonly string[] =>
  from === undefined ? [stage] : 'list' in from ? from.list.map((ref) => ref.stage) : [from.stage]
