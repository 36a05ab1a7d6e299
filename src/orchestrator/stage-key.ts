import { digestOfJson, type Digest } from '../base/digest.ts'
import type { JsonObject } from '../base/json.ts'
import type { ArtifactList, ArtifactRef, ArtifactType } from '../stage/artifact.ts'
import type { CommandLine } from '../stage/command-line.ts'
import { threadsOf } from './policy.ts'
import type { RunPolicy } from './run-policy.ts'
import { isGrowing, type StageKind, type Template } from '../stage/stage-kind.ts'

/** Digest of a {@link KeyRecord}: two stages with one key have one result. */
export type StageKey = Digest

/** Everything that a stage's result depends on. Nothing else may reach a stage; nothing here is implicit. */
export interface KeyRecord {
  /** Raised when the meaning of a field changes; old results are then never found. */
  readonly format: 1
  readonly kind: string
  /** Of the kind: raised by its author when the same parameters and inputs give other bytes. */
  readonly version: number
  /** With defaults filled in. `seed` is not here: it acts through `seed` below. */
  readonly params: JsonObject
  /** For seeded kinds only, so that renaming an unseeded stage costs nothing. */
  readonly seed?: string
  /** Content, not origin: a stage upstream that ran again with equal bytes changes nothing here. */
  readonly inputs: Readonly<Record<string, KeyInput>>
  /** For growing kinds: what their templates are and read. */
  readonly templates?: JsonObject
  /** For commands: the text with the names of inputs and outputs in it, the outputs and the environment it declares. */
  readonly command?: JsonObject
  /** Where it computes with more than one: sums are split among them. A command splits nothing that is known here. */
  readonly threads?: number
  /** Versions of what computes: the engine's own and onnxruntime's. */
  readonly runtime: JsonObject
}
export interface KeyInput {
  /** The type decides how a stage reads the bytes. */
  readonly type: ArtifactType
  readonly digest: Digest
}

export interface KeyedStage {
  readonly kind: StageKind
  readonly with: JsonObject
  readonly inputs: Readonly<Record<string, ArtifactRef | ArtifactList>>
  readonly command?: CommandLine
  readonly templates?: Readonly<Record<string, Template | Readonly<Record<string, Template>>>>
  readonly policy?: RunPolicy
  readonly seed: string
}

export function keyRecord(stage: KeyedStage, runtime: JsonObject): KeyRecord {
  const { kind } = stage
  return {
    format: 1,
    kind: kind.name,
    version: kind.version,
    params: kind.seeded ? withoutSeed(stage.with) : stage.with,
    ...(kind.seeded ? { seed: stage.seed } : {}),
    inputs: keyInputs(stage.inputs),
    ...(isGrowing(kind) ? { templates: keyTemplates(stage.templates ?? {}) } : {}),
    ...(stage.command === undefined ? keyThreads(stage) : { command: keyCommand(stage.command) }),
    runtime,
  }
}

const keyThreads = ({ policy }: KeyedStage): { threads?: number } =>
  threadsOf(policy) === 1 ? {} : { threads: threadsOf(policy) }

export const stageKey = (record: KeyRecord): StageKey => digestOfJson(record as unknown as JsonObject)

const withoutSeed = (params: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'seed'))

const keyInputs = (inputs: KeyedStage['inputs']): Record<string, KeyInput> =>
  Object.fromEntries(Object.entries(inputs).map(([port, { type, digest }]) => [port, { type, digest }]))

const keyCommand = ({ run, outputs, env }: CommandLine): JsonObject => ({
  run: run.map((word) =>
    'input' in word
      ? `\${inputs.${word.input}}`
      : 'output' in word
        ? `\${outputs.${word.output}}`
        : 'dose' in word
          ? '${dose}'
          : Object.values(word).join(),
  ),
  outputs: Object.fromEntries(Object.entries(outputs).map(([name, { path, type }]) => [name, { path, type }])),
  env,
})

function keyTemplates(templates: NonNullable<KeyedStage['templates']>): JsonObject {
  const entry = (template: Template | Readonly<Record<string, Template>>): JsonObject =>
    isTemplate(template)
      ? {
          use: template.use,
          with: template.with,
          inputs: keyInputs(template.inputs) as unknown as JsonObject,
          ...(template.templates === undefined ? {} : { templates: keyTemplates(template.templates) }),
          ...(template.then === undefined ? {} : { then: template.then.map(entry) }),
          ...(template.command === undefined ? {} : { command: keyCommand(template.command) }),
          ...(template.dose === undefined ? {} : { dose: { ...template.dose } }),
        }
      : Object.fromEntries(Object.entries(template).map(([name, one]) => [name, entry(one)]))
  return Object.fromEntries(Object.entries(templates).map(([port, template]) => [port, entry(template)]))
}

/** Whether a template port holds one template rather than a map of them. */
export const isTemplate = <T extends { readonly use: string }>(
  template: T | Readonly<Record<string, T>>,
): template is T => typeof template.use === 'string'
