import type { SourceSpan } from '../base/diagnostic.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { ArtifactType } from '../stage/artifact.ts'
import type { CommandDose } from '../stage/command-line.ts'
import type { InputPort, OutputPort, StageKind, TemplatePort } from '../stage/stage-kind.ts'
import type { MapEntry, YamlNode } from './node.ts'
import type { CommandPart, PlannedCommand, PlannedStage } from './plan.ts'
import type { PipelineSpec, StageSpec, UseSpec } from './spec.ts'

/** A `use` with its names looked up: each entry of `with` is an input, a template or a parameter of the kind. */
export interface BoundUse {
  readonly spec: UseSpec
  /** Absent where the kind does not exist; that has been told. */
  readonly kind?: StageKind
  readonly inputs: readonly BoundInput[]
  readonly templates: readonly BoundTemplates[]
  readonly params: readonly BoundParam[]
  /** `with.seed` of a seeded kind that has no parameter of this name. */
  readonly seed?: BoundParam
  /** In a template the search fills in what is missing. */
  readonly isTemplate: boolean
  /** Names that a mistyped key under `with` may have meant; they are not said to be missing as well. */
  readonly mistyped: ReadonlySet<string>
  /** Of a command. */
  readonly command?: BoundCommand
  /** Of a command that stands as a template: what the search turns. */
  readonly dose?: CommandDose
}

export interface BoundStage extends BoundUse {
  readonly spec: StageSpec
  /** The id in the file; of a cell of a matrix, with its values. */
  readonly id: string
  /** The matrix variables, where the stage is a cell. */
  readonly cell?: JsonObject
  readonly when?: BoundValue
  readonly policy: Policy
  /** What the stage is made of, where it uses a pipeline file. */
  readonly pipeline?: BoundPipeline
}

/** What a stage says of how it is run. */
export type Policy = Pick<PlannedStage, 'retry' | 'timeout' | 'resources'>

export interface BoundCommand {
  readonly run: readonly (Exclude<CommandPart, { readonly value: unknown }> | { readonly value: BoundValue })[]
  readonly outputs: PlannedCommand['outputs']
  readonly env: readonly { readonly name: string; readonly value: BoundValue }[]
}

/** A pipeline file with its parameters filled in: the whole, or what one stage of another is made of. */
export interface BoundPipeline {
  readonly spec: PipelineSpec
  /** Before the ids of its stages: empty, or `sub/`. */
  readonly prefix: string
  readonly params: JsonObject
  readonly seed: number
  readonly stages: readonly BoundStage[]
  /** The stages by the id in the file: several where there is a matrix. */
  readonly cells: ReadonlyMap<string, readonly BoundStage[]>
  /** By the id of the cell. */
  readonly byId: ReadonlyMap<string, BoundStage>
  readonly outputs: ReadonlyMap<string, OutputTarget>
}

/** An output of a pipeline file that is used as a stage. */
export interface FileOutput extends OutputPort {
  /** Its value is a list: that of each cell of a matrix inside the file. */
  readonly isList?: true
  /** It names nothing, which has been told; what it is used for is not. */
  readonly isUnclear?: true
}

/** A port that takes an output as it is or, where that is a list, the list: those of a command. */
export interface LooseInputPort extends InputPort {
  readonly mayBeList?: true
}

export interface BoundInput {
  readonly name: string
  readonly port: InputPort
  readonly entry: MapEntry
  /** Absent where it does not resolve; that has been told. */
  readonly target?: InputTarget
}
export type InputTarget =
  | { readonly kind: 'path'; readonly path: string }
  | OutputTarget
  | { readonly kind: 'list'; readonly items: readonly OutputTarget[] }
export interface OutputTarget {
  readonly kind: 'output'
  /** As in the file. */
  readonly stage: string
  readonly output: string
  readonly type: ArtifactType
  /** Ids of the cells that are meant, where not all are. */
  readonly cells?: readonly string[]
  /** Where it is written. */
  readonly span: SourceSpan
}

export interface BoundTemplates {
  readonly name: string
  readonly port: TemplatePort
  readonly entry: MapEntry
  /** One, under the port's own name, for arity `one`; by name for arity `map`. */
  readonly uses: readonly {
    readonly name: string
    readonly use: BoundUse
    /** Of a list of templates, the others. */
    readonly then: readonly BoundUse[]
  }[]
}

export interface BoundParam {
  readonly name: string
  readonly entry: MapEntry
  readonly value: BoundValue
}

/** A value whose expressions are computed as far as parameters reach. */
export interface BoundValue {
  /** With a placeholder of the right type at each hole. */
  readonly json: Json
  /** With `${…}` kept at each hole. */
  readonly template: Json
  readonly holes: readonly Hole[]
  readonly needs: readonly Need[]
  readonly params: ReadonlySet<string>
  /** Whether it reads matrix variables. */
  readonly readsMatrix: boolean
}

/** A place whose value is not known yet. */
export interface Hole {
  /** JSON pointer from the value. */
  readonly pointer: string
  readonly type: HoleType
  readonly node: YamlNode
  /** `waits` for a stage, or is `unknown` after an error that has been told. */
  readonly why: 'waits' | 'unknown'
}
export type HoleType = 'number' | 'string' | 'boolean' | 'list' | 'map' | 'any'

/** An output that must be there first, and where that is written. */
export interface Need {
  readonly stage: string
  readonly output: string
  readonly span: SourceSpan
}

/** Whether a name that is not under `with` should be told. */
export const isMissing = (use: BoundUse, name: string): boolean =>
  use.spec.isUnclear !== true && !use.mistyped.has(name)

/** Every use of a stage: its own and those of its templates, depth first. */
export function usesOf(use: BoundUse): readonly BoundUse[] {
  if (use.templates.length === 0) return [use]
  const inner = use.templates.flatMap(({ uses }) => uses.flatMap((template) => [template.use, ...template.then]))
  return [use, ...inner.flatMap(usesOf)]
}

/** The outputs an input takes: none for a path. */
export const outputsOf = (target: InputTarget | undefined): readonly OutputTarget[] =>
  target === undefined || target.kind === 'path' ? [] : target.kind === 'list' ? target.items : [target]

/** Every value of a stage that may hold expressions, beside its inputs. */
export const valuesOf = (stage: BoundStage): readonly BoundValue[] => [
  ...usesOf(stage).flatMap(({ params }) => params.map(({ value }) => value)),
  ...(stage.when === undefined ? [] : [stage.when]),
  ...[...usesOf(stage)].flatMap(({ command }) => (command === undefined ? [] : valuesIn(command))),
]

/** The values in a command's line and environment. */
export const valuesIn = ({ run, env }: BoundCommand): BoundValue[] => [
  ...run.flatMap((part) => ('value' in part ? [part.value] : [])),
  ...env.map(({ value }) => value),
]

/** Everything a stage waits for: inputs and expressions, its templates' included. */
export function needsOf(stage: BoundStage): Need[] {
  return [
    ...usesOf(stage).flatMap(({ inputs }) =>
      inputs.flatMap(({ target }) =>
        outputsOf(target).map(({ stage: id, output, span }) => ({ stage: id, output, span })),
      ),
    ),
    ...valuesOf(stage).flatMap(({ needs }) => needs),
  ]
}
