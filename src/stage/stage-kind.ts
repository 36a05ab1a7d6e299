import type { Static, TObject } from '@sinclair/typebox'
import type { JsonObject } from '../base/json.ts'
import type { ArtifactRef, ArtifactType, StageInput, StageOutput } from './artifact.ts'
import type { CommandDose, CommandLine } from './command-line.ts'
import type { ReportBlock } from './report-block.ts'
import type { SearchView } from './search-view.ts'
import type { StageContext } from './stage-context.ts'

/** In a pipeline, ports and parameters are both written under `with:`; a port names a stage (or `stage.output`). */
export interface InputPort {
  /** Types it takes; `path` takes a path string, relative to the pipeline file. */
  readonly accepts: readonly ArtifactType[]
  readonly optional?: boolean
  /** Takes a list: all cells of a matrix stage in order, or the names of several stages. The input is then always a list. */
  readonly many?: true
  readonly description: string
}
export interface OutputPort {
  readonly type: ArtifactType
  readonly description: string
}
/** A stage without its place in the graph: `degrade: { use: sgld, with: … }`, or several by name. */
export interface TemplatePort {
  /** Roles a kind must have to stand here. */
  readonly role: StageRole
  readonly optional?: boolean
  /** `one`: a single template; `map`: a map of name to template (`confounders`). */
  readonly arity: 'one' | 'map'
  /** A list of templates may stand where one may: each takes as `model` what the one before it gives as `model`. */
  readonly chain?: true
  /** Kinds that have a dose to turn; of a list the one that `param` counts to from 1, else the last, must be of them. */
  readonly turns?: { readonly kinds: readonly string[]; readonly param?: string }
  readonly description: string
}
export type StageRole = 'source' | 'training' | 'scale' | 'degradation' | 'experiment' | 'search' | 'command' | 'part'

interface KindHead<P extends TObject> {
  /** As written after `use:`. Kebab case. */
  readonly name: string
  /** Part of the cache key: raise it whenever the same parameters and inputs give other bytes. */
  readonly version: number
  readonly role: StageRole
  readonly summary: string
  /** Paper or book the method is from. */
  readonly source?: string
  /**
   * For the documentation: what stands under `with` (of a command, beside `use`), in YAML. Stages that it refers to are
   * named `some-<type>`. Default: whatever must be written.
   */
  readonly example?: string
  /** Whether `run` draws random numbers; only then is a seed part of the key, and `with.seed` allowed. */
  readonly seeded: boolean
  readonly params: P
  readonly inputs: Readonly<Record<string, InputPort>>
  readonly outputs: Readonly<Record<string, OutputPort>>
  readonly templates?: Readonly<Record<string, TemplatePort>>
  /** Of each list exactly one must be given: names of parameters and inputs that are all optional by themselves. */
  readonly oneOf?: readonly (readonly string[])[]
  /** Of each list one at most is given, or none. */
  readonly atMostOne?: readonly (readonly string[])[]
  /**
   * A command line, declared with ports of its own where the stage is written (`run`, `inputs`, `outputs`, `env` beside
   * `use`); the plan has it as `command`. `inputs` and `outputs` of the kind itself are then empty.
   */
  readonly isCommand?: true
  /** Metrics an experiment measures, by name: what `keep:` may speak of. */
  readonly metrics?: Readonly<Record<string, { readonly unit: string; readonly description: string }>>
  /** Blocks for the answer and the report, from plain values only. */
  report?(finished: Finished<Static<P>>): readonly ReportBlock[]
}

export interface Finished<W> {
  readonly stage: string
  readonly with: W
  readonly outputs: Readonly<Record<string, ArtifactRef>>
}

/** A kind whose work is done in a worker process. */
export interface WorkKind<P extends TObject = TObject> extends KindHead<P> {
  run(job: {
    readonly with: Static<P>
    readonly inputs: Readonly<Record<string, StageInput>>
    readonly ctx: StageContext
    /** For a kind that `isCommand`. */
    readonly command?: CommandLine
  }): Promise<Readonly<Record<string, StageOutput>>>
}

/**
 * A kind whose body is a pure, deterministic function from results so far to the stages it wants. It is called again
 * after each child finishes; resume is a replay, so it keeps no state of its own.
 */
export interface GrowingKind<P extends TObject = TObject> extends KindHead<P> {
  grow(sofar: Sofar<Static<P>>): Growth
}

export interface Sofar<W> {
  readonly with: W
  readonly inputs: Readonly<Record<string, ArtifactRef>>
  readonly templates: Readonly<Record<string, Template | Readonly<Record<string, Template>>>>
  /** Finished children, by the name `grow` gave them. */
  readonly results: Readonly<Record<string, ChildResult>>
  /** Full id of this stage, for messages. */
  readonly stage: string
}
export interface ChildResult {
  readonly outputs: Readonly<Record<string, ArtifactRef>>
}

/** A template with its references resolved. */
export interface Template {
  readonly use: string
  readonly with: JsonObject
  readonly inputs: Readonly<Record<string, ArtifactRef>>
  /** Templates inside this one. */
  readonly templates?: Readonly<Record<string, Template | Readonly<Record<string, Template>>>>
  /** Of a list of templates, the others, in order. */
  readonly then?: readonly Template[]
  /** Of a command: its line, and where it degrades the doses it takes. */
  readonly command?: CommandLine
  readonly dose?: CommandDose
}

export interface Growth {
  /** Every child wanted so far, finished ones included; the orchestrator runs those it has not seen, in parallel. */
  readonly stages: readonly ChildStage[]
  /** Given when the search is over. An output is a child's artifact, or a value of the search's own. */
  readonly outputs?: Readonly<Record<string, ArtifactRef | { readonly value: JsonObject | number | string }>>
  readonly view?: SearchView
}
export interface ChildStage extends Template {
  /** Unique below the parent, such as `level-03/degrade`; the full id is `parent/level-03/degrade`. */
  readonly name: string
}

export type StageKind = WorkKind | GrowingKind

/** Names a work kind with its parameter type inferred from the schema. */
export const defineStage = <P extends TObject>(kind: WorkKind<P>): StageKind => kind

/** Names a growing kind with its parameter type inferred from the schema. */
export const defineSearch = <P extends TObject>(kind: GrowingKind<P>): StageKind => kind

export const isGrowing = (kind: StageKind): kind is GrowingKind => 'grow' in kind
