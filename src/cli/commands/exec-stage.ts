import type { CliCommand } from '../host.ts'

/** Started by a run, never by a person: a worker process that runs stages as its parent hands them over. */
export const execStage: CliCommand = {
  register(program, host) {
    program.command('exec-stage', { hidden: true }).action(async () => {
      const { loadCatalog } = await import('../load-catalog.ts')
      const { workerLoop } = await import('../../orchestrator/executors/worker-loop.ts')
      await workerLoop(await loadCatalog(host))
    })
  },
}
