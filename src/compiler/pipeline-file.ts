import type { StageKind } from '../stage/stage-kind.ts'
import type { Source } from './source.ts'
import type { PipelineSpec, UseSpec } from './spec.ts'

/** A pipeline file as written, with the files that its stages are made of. */
export interface PipelineFile {
  readonly source: Source
  readonly spec: PipelineSpec
  /** By stage id. */
  readonly files: ReadonlyMap<string, PipelineFile>
  /** What a stage or template is, as far as that exists: of the catalog, a command with its ports, or a file. */
  kindOf(use: UseSpec): StageKind | undefined
}
