import { resolve } from 'node:path'
import { Option } from 'commander'
import type { ExplainedStage } from '../../orchestrator/explain.ts'
import { deviceOf, deviceOption } from '../device-option.ts'
import type { CliCommand, Host } from '../host.ts'
import { graphFormats, planGraph, type GraphFormat } from '../plan-graph.ts'
import { withParams, type ParamOptions } from '../params.ts'

interface PlanOptions extends ParamOptions {
  readonly json?: true
  readonly all?: true
  readonly graph?: GraphFormat
  readonly store?: string
  readonly device?: string
}

/** `assay plan FILE`: what a run would do, stage by stage, and why. */
export const plan: CliCommand = {
  register(program, host) {
    const command = program
      .command('plan')
      .description('list the stages of a pipeline and, for each, whether it will run and why')
      .argument('<file>', 'pipeline file')
      .option('--json', 'print the plan and the reasons as JSON')
      .option('--all', 'list every stage that a search asked for, those inside others too')
      .addOption(new Option('--graph <format>', 'draw the stages instead').choices(graphFormats))
      .addOption(deviceOption())
      .option('--store <dir>', 'folder of stored results (default: .assay in the project)')
    withParams(command).action((file: string, options: PlanOptions) => showPlan(file, options, host))
  },
}

async function showPlan(file: string, options: PlanOptions, host: Host): Promise<void> {
  const { planOf } = await import('../load-pipeline.ts')
  const { plan } = await planOf(file, options, host)
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
    runtime: runtimeVersions(engineVersion, deviceOf(options, host)),
  })
  if (options.json === true) {
    host.stdout.write(`${JSON.stringify({ plan, stages: rows }, null, 2)}\n`)
    return
  }
  if (options.graph !== undefined) {
    host.stdout.write(await planGraph(plan, rows, options.graph))
    return
  }
  const [{ planTable }, { wantsColor }] = await Promise.all([import('../plan-table.ts'), import('../host.ts')])
  host.stdout.write(
    planTable(plan, options.all === true ? rows : shownRows(rows), {
      color: wantsColor(host.stdout, host.env),
      columns: host.stdout.columns ?? 120,
    }),
  )
}

/** Of searches inside searches, only what the outer one asked for; the rest would drown it. */
function shownRows(rows: readonly ExplainedStage[]): ExplainedStage[] {
  const own = new Set(rows.flatMap(({ stage, parent }) => (parent === undefined ? [stage] : [])))
  return rows.filter(({ parent }) => parent === undefined || own.has(parent))
}
