import type { SourceSpan } from '../base/diagnostic.ts'
import type { Json } from '../base/json.ts'
import type { MapEntry, ScalarNode, YamlNode } from './node.ts'

/** A pipeline file as written: its shape is known to be right, its names are not looked up yet. */
export interface PipelineSpec {
  readonly name: string
  readonly description?: string
  readonly seed?: YamlNode
  readonly params: readonly ParamSpec[]
  readonly stages: readonly StageSpec[]
  /** The `params:` key or the start of the file: where to point for a parameter that is not there. */
  readonly paramsSpan: SourceSpan
  /** What a stage that is made of this file gives: `name: stage.output`. */
  readonly outputs: readonly MapEntry[]
}

export const paramTypes = ['number', 'integer', 'string', 'boolean', 'list', 'map'] as const
export type ParamType = (typeof paramTypes)[number]

export interface ParamSpec {
  readonly name: string
  readonly nameSpan: SourceSpan
  readonly type: ParamType
  /** A mistyped `default` has been told, so the value is not said to be missing. */
  readonly isUnclear?: true
  /** Absent where the parameter must be set from outside. */
  readonly default?: YamlNode
  readonly minimum?: number
  readonly maximum?: number
  /** The values there are, of the parameter's type. */
  readonly enum?: readonly Json[]
  readonly description?: string
}

/** `use` and `with`: what stages and templates share. */
export interface UseSpec {
  /** Absent where it is missing or no text; that has been told. */
  readonly use?: ScalarNode & { readonly value: string }
  readonly with: readonly MapEntry[]
  /** A mistyped or misshapen `with` has been told, so nothing is said to be missing from it. */
  readonly isUnclear?: true
  /** The stage's id, or the template's first key: where to point for what is missing. */
  readonly span: SourceSpan
  /** Of a command alone: its line and its ports. */
  readonly run?: MapEntry
  readonly inputs?: MapEntry
  readonly outputs?: MapEntry
  readonly env?: MapEntry
  /** Of a command that stands as a template: the doses it takes. */
  readonly dose?: MapEntry
}

export interface StageSpec extends UseSpec {
  readonly id: string
  readonly description?: string
  readonly matrix?: MapEntry
  readonly when?: MapEntry
  readonly retry?: MapEntry
  readonly timeout?: MapEntry
  readonly resources?: MapEntry
}

/** Whether `use` names a pipeline file rather than a kind. */
export const namesFile = (use: string): boolean => /[\\/]|\.ya?ml$/i.test(use)
