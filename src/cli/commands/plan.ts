import { resolve } from 'node:path'
import type { CliCommand, Host } from '../host.ts'
import { withParams, type ParamTexts } from '../params.ts'

interface PlanOptions {
  readonly param: ParamTexts
  readonly json?: true
  readonly store?: string
}

/** `assay plan FILE`: what a run would do, stage by stage, and why. */
export const plan: CliCommand = {
  register(program, host) {
    const command = program
      .command('plan')
      .description('list the stages of a pipeline and, for each, whether it will run and why')
      .argument('<file>', 'pipeline file')
      .option('--json', 'print the plan and the reasons as JSON')
      .option('--store <dir>', 'folder of stored results (default: .assay in the project)')
    withParams(command).action((file: string, options: PlanOptions) => showPlan(file, options, host))
  },
}

async function showPlan(file: string, options: PlanOptions, host: Host): Promise<void> {
  const { planOf } = await import('../load-pipeline.ts')
  const { plan } = await planOf(file, options.param, host)
  const [{ openProject }, { explainPlan }, { runtimeVersions }, { engineVersion }, { loadCatalog }] = await Promise.all(
    [
      import('../../orchestrator/project.ts'),
      import('../../orchestrator/explain.ts'),
      import('../../orchestrator/environment.ts'),
      import('../../engine/version.ts'),
      import('../load-catalog.ts'),
    ],
  )
  const { store, paths } = openProject(
    plan.file,
    options.store === undefined ? {} : { store: resolve(host.cwd, options.store) },
  )
  const rows = await explainPlan(plan, {
    catalog: await loadCatalog(host),
    store,
    paths,
    runtime: runtimeVersions(engineVersion),
  })
  if (options.json === true) {
    host.stdout.write(`${JSON.stringify({ plan, stages: rows }, null, 2)}\n`)
    return
  }
  const [{ planTable }, { wantsColor }] = await Promise.all([import('../plan-table.ts'), import('../host.ts')])
  host.stdout.write(
    planTable(plan, rows, { color: wantsColor(host.stdout, host.env), columns: host.stdout.columns ?? 120 }),
  )
}
