import type { CliCommand } from '../host.ts'
import { check } from './check.ts'
import { completion } from './completion.ts'
import { doctor } from './doctor.ts'
import { execStage } from './exec-stage.ts'
import { explain } from './explain.ts'
import { exportArtifact } from './export.ts'
import { fmt } from './fmt.ts'
import { init } from './init.ts'
import { kinds } from './kinds.ts'
import { model } from './model.ts'
import { plan } from './plan.ts'
import { report } from './report.ts'
import { run } from './run.ts'
import { schema } from './schema.ts'
import { watch } from './watch.ts'

/** Every command, in the order `assay --help` lists them. */
export const commands: readonly CliCommand[] = [
  init,
  check,
  fmt,
  plan,
  run,
  watch,
  report,
  exportArtifact,
  kinds,
  model,
  explain,
  schema,
  completion,
  doctor,
  execStage,
]
