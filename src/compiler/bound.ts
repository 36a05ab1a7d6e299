import type { SourceSpan } from '../base/diagnostic.ts'
import type { Json } from '../base/json.ts'
import type { ArtifactType } from '../stage/artifact.ts'
import type { InputPort, StageKind, TemplatePort } from '../stage/stage-kind.ts'
import type { MapEntry, YamlNode } from './node.ts'
import type { StageSpec, UseSpec } from './spec.ts'

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
}

export interface BoundStage extends BoundUse {
  readonly spec: StageSpec
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
  | { readonly kind: 'output'; readonly stage: string; readonly output: string; readonly type: ArtifactType }

export interface BoundTemplates {
  readonly name: string
  readonly port: TemplatePort
  readonly entry: MapEntry
  /** One, under the port's own name, for arity `one`; by name for arity `map`. */
  readonly uses: readonly { readonly name: string; readonly use: BoundUse }[]
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
export function* usesOf(use: BoundUse): Generator<BoundUse> {
  yield use
  for (const port of use.templates) for (const template of port.uses) yield* usesOf(template.use)
}

/** Everything a stage waits for: inputs and expressions, its templates' included. */
export function needsOf(stage: BoundStage): Need[] {
  return [...usesOf(stage)].flatMap((use) => [
    ...use.inputs.flatMap(({ target, entry }) =>
      target?.kind === 'output' ? [{ stage: target.stage, output: target.output, span: entry.value.span }] : [],
    ),
    ...use.params.flatMap(({ value }) => value.needs),
  ])
}
