import type { Digest } from '../base/digest.ts'
import type { SourceSpan } from '../base/diagnostic.ts'
import type { Json, JsonObject } from '../base/json.ts'

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
}

export interface PlannedStage {
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
}
export interface PlannedTemplate {
  readonly use: string
  readonly with: Readonly<Record<string, PlannedValue>>
  readonly inputs: Readonly<Record<string, InputRef>>
}
export type InputRef = { readonly stage: string; readonly output: string } | { readonly path: string /* absolute */ }
export type PlannedValue = { readonly value: Json } | Deferred
/** A value that waits for outputs of `needs`; `evaluateDeferred` computes it. */
export interface Deferred {
  /** The value as written, on one line, for people. */
  readonly expression: string
  /** The value with `${…}` inside its texts; absent where it is `expression` itself. */
  readonly template?: Json
  /** The pipeline parameters it reads. */
  readonly params?: JsonObject
  readonly needs: readonly { readonly stage: string; readonly output: string }[]
}
