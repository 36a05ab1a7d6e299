import type { Digest } from '../base/digest.ts'
import type { SourceSpan } from '../base/diagnostic.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { ArtifactType } from '../stage/artifact.ts'
import type { CommandDose } from '../stage/command-line.ts'

/** What `compile` makes of a pipeline file: stages in topological order, every name resolved. Plain JSON data. */
export interface Plan {
  readonly version: 1
  readonly name: string
  readonly description?: string
  /** Absolute path of the pipeline file and the digest of its text. */
  readonly file: string
  readonly source: Digest
  readonly seed: number
  readonly params: JsonObject
  readonly stages: readonly PlannedStage[]
  /** Other pipeline files that stages are made of: absolute paths and texts. Absent where there are none. */
  readonly files?: readonly { readonly file: string; readonly source: Digest; readonly text: string }[]
}

export interface PlannedStage {
  /**
   * The name in the file. A cell of a matrix has its values behind it (`llc@nbeta=10,seed=0`); a stage of a pipeline
   * file that is used as a stage has that stage's id before it (`sub/llc`).
   */
  readonly id: string
  readonly use: string
  /** Parameters with defaults filled in; a value that needs a stage's output is a {@link Deferred}. */
  readonly with: Readonly<Record<string, PlannedValue>>
  readonly inputs: Readonly<Record<string, InputRef>>
  readonly templates: Readonly<Record<string, PlannedTemplate | Readonly<Record<string, PlannedTemplate>>>>
  /** 16 hexadecimal digits, from the pipeline's seed and the stage's id (or `with.seed`). Present for seeded kinds. */
  readonly seed?: string
  /** Ids of stages that must finish first: from inputs, templates and expressions. */
  readonly needs: readonly string[]
  /** Where the stage is written, for messages at run time. */
  readonly span: SourceSpan
  /**
   * Whether it runs: a boolean. Absent where it always does; `{ value: false }` where it is known not to. A stage that
   * is not run is skipped, and so is each that needs it, unless it takes it through an optional port alone (the input
   * is then absent) or in a list (the list is then shorter; with nothing left in it, it counts as not there).
   */
  readonly when?: PlannedValue
  /** Absent: one attempt. */
  readonly retry?: PlannedRetry
  /** Seconds that one attempt may take. */
  readonly timeout?: number
  readonly resources?: PlannedResources
  /** For a kind whose ports are declared where the stage is written: `command`. */
  readonly command?: PlannedCommand
  /** Values of the matrix that this stage is a cell of, in the order of the matrix. */
  readonly matrix?: JsonObject
}
export interface PlannedRetry {
  /** All attempts, the first included: at least 1. */
  readonly attempts: number
  /** `linear`: the n-th wait is n delays; `exponential`: it is 2^(n−1) delays. */
  readonly backoff: 'none' | 'linear' | 'exponential'
  /** Seconds before the second attempt. */
  readonly delay: number
}
/** What a stage needs of the machine; what is absent is not asked for. */
export interface PlannedResources {
  readonly cpus?: number
  /** Bytes. */
  readonly memory?: number
  readonly gpus?: number
}
/** A command line with ports of its own. Its inputs are among the stage's `inputs`. */
export interface PlannedCommand {
  /** The text for the shell, in order. */
  readonly run: readonly CommandPart[]
  readonly outputs: Readonly<Record<string, CommandOutput>>
  /** Environment variables to set; each value is text once it is known. */
  readonly env: Readonly<Record<string, PlannedValue>>
}
/**
 * `text` stands as written; an input or output is a path or value to put there; `value` is a computed `${…}`; `dose`, in a
 * template, is what the search turns.
 */
export type CommandPart =
  | { readonly text: string }
  | { readonly input: string }
  | { readonly output: string }
  | { readonly value: PlannedValue }
  | { readonly dose: true }
export interface CommandOutput {
  /** Where the command leaves it, relative to its folder; it never leads out of it. */
  readonly path: string
  readonly type: ArtifactType
}

export interface PlannedTemplate {
  readonly use: string
  readonly with: Readonly<Record<string, PlannedValue>>
  readonly inputs: Readonly<Record<string, InputRef>>
  /** Templates inside this one. Absent where there are none. */
  readonly templates?: PlannedStage['templates']
  /** Of a list of templates, the others: each is applied to what the one before it gives. Absent where there is one. */
  readonly then?: readonly PlannedTemplate[]
  /** Of a command, and where it degrades the doses it takes. */
  readonly command?: PlannedCommand
  readonly dose?: CommandDose
}

/** An output of a planned stage. */
export interface OutputRef {
  readonly stage: string
  readonly output: string
}
/** `list`: at a port that takes many, the output of each cell of a matrix, in its order. `path` is absolute. */
export type InputRef = OutputRef | { readonly path: string } | { readonly list: readonly OutputRef[] }
export type PlannedValue = { readonly value: Json } | Deferred
/** A value that waits for outputs of `needs`; `evaluateDeferred` computes it. */
export interface Deferred {
  /** The value as written, on one line, for people. */
  readonly expression: string
  /** The value with `${…}` inside its texts; absent where it is `expression` itself. */
  readonly template?: Json
  /** The pipeline parameters it reads. */
  readonly params?: JsonObject
  /** The matrix variables it reads. */
  readonly matrix?: JsonObject
  readonly needs: readonly ExpressionNeed[]
}
/** An output that an expression reads. */
export interface ExpressionNeed {
  /** As the expression names it: the value is handed to `evaluateDeferred` under these names. */
  readonly stage: string
  readonly output: string
  /** Where the value comes from, if not from the planned stage and output of these names. */
  readonly from?: OutputRef | { readonly list: readonly OutputRef[] }
}
