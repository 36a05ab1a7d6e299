import { fileURLToPath } from 'node:url'
import type { WorkerCommand } from '../../src/orchestrator/executors/worker-process.ts'

export const mainFile = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
export const toyCatalogFile = fileURLToPath(new URL('orchestrator-toy-catalog.ts', import.meta.url))
/** Makes node run TypeScript. */
export const loader = ['--import', import.meta.resolve('tsx')]

/** A worker with the toy kinds. */
export const workerCommand: WorkerCommand = {
  file: process.execPath,
  args: [...loader, mainFile, 'exec-stage'],
  env: { ASSAY_CATALOG: toyCatalogFile },
}
