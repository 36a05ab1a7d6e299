import type { StageCatalog } from '../stage/catalog.ts'
import type { ValueContext } from './bind-value.ts'
import type { Cells } from './cells.ts'
import type { PipelineFile } from './pipeline-file.ts'
import type { Report } from './report.ts'
import type { StageSpec } from './spec.ts'

/** What lies at an absolute path. */
export type Probe = (path: string) => 'file' | 'directory' | undefined

/** What is the same for every file that a pipeline is made of. */
export interface BindShared {
  readonly catalog: StageCatalog
  readonly probe: Probe
  readonly report: Report
  /** Whether there are so many errors that the rest is not looked at. */
  readonly isFull: () => boolean
  /** What the pipeline comes to so far. */
  readonly counts: { stages: number; gathered: number }
}

export interface BindContext extends BindShared, ValueContext {
  /** Folder that paths are relative to. */
  readonly folder: string
  readonly stages: ReadonlyMap<string, StageSpec>
  readonly cells: ReadonlyMap<string, Cells>
  readonly kindOf: PipelineFile['kindOf']
}
