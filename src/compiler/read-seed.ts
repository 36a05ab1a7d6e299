import type { JsonObject } from '../base/json.ts'
import { bindValue } from './bind-value.ts'
import type { Scope } from './expression/scope.ts'
import { pipelineScope } from './pipeline-scope.ts'
import type { Report } from './report.ts'
import { seedIsInteger } from './rules/params-are-valid.ts'
import type { PipelineSpec } from './spec.ts'

/** The pipeline's seed: a whole number, perhaps from a parameter; if there is none, `otherwise`. */
export function readSeed(
  spec: PipelineSpec,
  { params, otherwise }: { params: JsonObject; otherwise: number },
  report: Report,
): number {
  if (spec.seed === undefined) return otherwise
  const scope: Scope = pipelineScope({ ...spec, stages: [] }, () => undefined)
  const { json, holes } = bindValue(spec.seed, { scope, params, report })
  if (Number.isSafeInteger(json) && holes.length === 0) return json as number
  if (holes.length === 0) report(seedIsInteger(spec.seed))
  return otherwise
}
