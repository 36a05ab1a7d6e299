import type { JsonObject } from '../base/json.ts'
import type { ReportBlock } from '../stage/report-block.ts'
import type { StageKind } from '../stage/stage-kind.ts'
import type { Outputs } from './event.ts'

/** What a kind wants shown of a finished stage. A fault in that must not cost the result, so it is shown instead. */
export function stageReport(
  kind: StageKind,
  finished: { stage: string; with: JsonObject; outputs: Outputs },
): readonly ReportBlock[] {
  try {
    return kind.report?.(finished) ?? []
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [{ type: 'text', title: finished.stage, lines: [`The report of this stage could not be made: ${message}`] }]
  }
}
