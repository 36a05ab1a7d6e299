import type { StageCatalog } from '../../stage/catalog.ts'
import type { BoundStage } from '../bound.ts'
import type { Report } from '../report.ts'
import type { PipelineSpec } from '../spec.ts'
import { claimsNameMetrics } from './claims-name-metrics.ts'
import { inputsExist } from './inputs-exist.ts'
import { noCycles } from './no-cycles.ts'
import { paramsAreUsed } from './params-are-used.ts'
import { paramsAreValid } from './params-are-valid.ts'
import { portTypesMatch } from './port-types-match.ts'
import { templatesFit } from './templates-fit.ts'

export type Rule = (
  stages: readonly BoundStage[],
  report: Report,
  context: { readonly catalog: StageCatalog; readonly spec: PipelineSpec },
) => void

/** The laws that are checked once every name has been looked up. Those about single tokens are told while reading. */
export const rules: readonly Rule[] = [
  inputsExist,
  portTypesMatch,
  templatesFit,
  paramsAreValid,
  claimsNameMetrics,
  noCycles,
  paramsAreUsed,
]
