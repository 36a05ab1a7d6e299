import type { CliCommand } from '../host.ts'
import { check } from './check.ts'
import { execStage } from './exec-stage.ts'
import { exportArtifact } from './export.ts'
import { kinds } from './kinds.ts'
import { plan } from './plan.ts'
import { report } from './report.ts'
import { run } from './run.ts'
import { schema } from './schema.ts'
import { watch } from './watch.ts'

/** Every command, in the order `assay --help` lists them. */
export const commands: readonly CliCommand[] = [
  check,
  plan,
  run,
  watch,
  report,
  exportArtifact,
  kinds,
  schema,
  execStage,
]
