import { existsSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { didYouMean } from '../base/did-you-mean.ts'
import type { Plan } from '../compiler/plan.ts'
import { deviceVariable, type Device } from '../engine/runtime/device.ts'
import { engineVersion } from '../engine/version.ts'
import { describeEnvironment, runtimeVersions } from '../orchestrator/environment.ts'
import { LocalExecutor } from '../orchestrator/executors/local.ts'
import { forgetWorker, noteWorker } from '../orchestrator/leftovers.ts'
import { defaultConcurrency } from '../orchestrator/policy.ts'
import { openProject, sharedPath, type Project } from '../orchestrator/project.ts'
import { resourcesMisfit } from '../orchestrator/resources-fit.ts'
import { runPipeline, type RunEnd } from '../orchestrator/run-pipeline.ts'
import { chooseReporter, createReporter, type ReporterKind } from '../reporters/index.ts'
import type { Reporter } from '../reporters/reporter.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import { cancelSignals } from './cancel-signals.ts'
import { checkDevice, deviceOf } from './device-option.ts'
import { exitCode } from './exit-code.ts'
import { wantsColor, type Host } from './host.ts'
import { loadCatalog } from './load-catalog.ts'
import { planOf } from './load-pipeline.ts'
import { packageVersion } from './package-version.ts'
import type { ParamOptions } from './params.ts'
import { UserError } from './user-error.ts'
import { whyNotWritten } from './why-not-written.ts'

export interface RunFlags extends ParamOptions {
  readonly json?: boolean
  readonly plain?: boolean
  readonly concurrency?: number
  readonly fresh: readonly string[]
  readonly store?: string
  readonly runs?: string
  readonly verify?: boolean
  readonly device?: string
  readonly debug?: boolean
}

/** Compiles and runs a pipeline, shows it, leaves its record and sets the exit code. */
export async function runCommand(file: string, flags: RunFlags, host: Host): Promise<void> {
  if (Number.isNaN(flags.concurrency) || flags.concurrency === 0)
    throw new UserError('--concurrency takes a whole number from 1 on')
  const catalog = await loadCatalog(host)
  const { plan, source } = await planOf(file, flags, host)
  checkFresh(flags.fresh, plan)
  checkResources(plan, flags, host)
  const device = deviceOf(flags, host)
  await checkDevice(device)
  const project = openProject(plan.file, {
    verify: flags.verify ?? false,
    ...(flags.store === undefined ? {} : { store: resolve(host.cwd, flags.store) }),
    ...(flags.runs === undefined ? {} : { runs: resolve(host.cwd, flags.runs) }),
  })
  const kind = chooseReporter({ isTTY: host.stdout.isTTY === true, env: host.env, flags })
  const end = await runShown({ plan, text: source.text, project, catalog, flags, device, kind }, host)
  if (end === undefined) return
  await writeReport(end, host)
  if (kind !== 'json') host.stdout.write(whereItLies(end, host.cwd))
  host.setExitCode(
    ({ ok: exitCode.fine, failed: exitCode.stageFailed, cancelled: exitCode.cancelled } as const)[end.outcome],
  )
}

interface Prepared {
  readonly plan: Plan
  readonly text: string
  readonly project: Project
  readonly catalog: StageCatalog
  readonly flags: RunFlags
  readonly device: Device
  readonly kind: ReporterKind
}

/** The run itself; undefined when it was cancelled before it began. */
async function runShown(
  { plan, text, project, catalog, flags, device, kind }: Prepared,
  host: Host,
): Promise<RunEnd | undefined> {
  const environment = await describeEnvironment(project.root, packageVersion())
  const executor = localExecutor(project, { ...flags, device })
  using cancel = cancelSignals(host, () => {
    executor.kill()
  })
  const reporter: Reporter = await createReporter(kind, {
    stdout: host.stdout,
    color: wantsColor(host.stdout, host.env),
    env: host.env,
    debug: flags.debug ?? false,
  })
  try {
    return await runPipeline({
      project,
      catalog,
      executor,
      environment,
      content: { root: project.root, plan, pipelineText: text, environment },
      runtime: runtimeVersions(engineVersion, device),
      command: commandLine(project.root, plan, withFullPath(flags, host.cwd)),
      followers: [
        (event, state) => {
          reporter.onEvent(event, state)
        },
      ],
      signal: cancel.signal,
      fresh: (id) => flags.fresh.some((name) => isPartOf(name, id)),
      onWait: (message) => host.stderr.write(`${message}\n`),
    })
  } catch (error) {
    if (!cancel.signal.aborted) throw mendable(error)
    host.setExitCode(exitCode.cancelled)
    return undefined
  } finally {
    await reporter.close()
  }
}

/** Workers are this very program, started the same way, so that a loader for TypeScript reaches them too. */
function localExecutor(project: Project, { concurrency, device }: RunFlags): LocalExecutor {
  return new LocalExecutor({
    command: {
      file: process.execPath,
      args: [...process.execArgv, process.argv[1] ?? '', 'exec-stage'],
      env: { [deviceVariable]: device ?? '' },
    },
    ...(concurrency === undefined ? {} : { concurrency }),
    onSpawn: (pid) => {
      noteWorker(project.layout, pid)
    },
    onExit: (pid) => {
      forgetWorker(project.layout, pid)
    },
  })
}

/** A stage that asks for more than there is would wait for ever. */
function checkResources(plan: Plan, { concurrency }: RunFlags, { env }: Host): void {
  const misfit = resourcesMisfit(plan, {
    cpus: concurrency ?? defaultConcurrency(),
    memory: totalmem(),
    gpus: (env['CUDA_VISIBLE_DEVICES'] ?? '') !== '',
  })
  if (misfit !== undefined) throw new UserError(misfit.message, misfit.help)
}

/** A name after `--fresh` that is no stage would silently do nothing. */
function checkFresh(names: readonly string[], plan: Plan): void {
  const ids = plan.stages.map(({ id }) => id)
  // A matrix and a stage that is made of a pipeline file have no id of their own in the plan.
  const known = [...new Set(ids.flatMap((id) => [id, ...id.split(/[/@]/, 1)]))]
  for (const name of names) {
    const [top = ''] = name.split('/')
    if (known.includes(top) || ids.some((id) => isPartOf(name, id))) continue
    const [near] = didYouMean(top, known)
    throw new UserError(
      `--fresh ${name}: there is no such stage`,
      near === undefined ? `the stages are ${known.join(', ')}` : `did you mean ${near}?`,
    )
  }
}

/** Whether a stage is the named one, grown by it, a cell of its matrix, or a stage of the file it is made of. */
const isPartOf = (name: string, id: string): boolean =>
  id === name || id.startsWith(`${name}/`) || id.startsWith(`${name}@`)

/** The command that repeats a run, as a reader of its record would type it in the project's root. */
function commandLine(root: string, plan: Plan, { param, params: file }: RunFlags): string {
  const fromFile = file === undefined ? [] : ['--params', quoted(sharedPath(root, file))]
  const params = Object.entries(param).flatMap(([name, value]) => ['-p', quoted(`${name}=${value}`)])
  return ['assay', 'run', quoted(sharedPath(root, plan.file)), ...fromFile, ...params].join(' ')
}

const withFullPath = (flags: RunFlags, cwd: string): RunFlags =>
  flags.params === undefined ? flags : { ...flags, params: resolve(cwd, flags.params) }

const quoted = (word: string): string =>
  /^[\w./=:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** The page of the run, from its record. A record that is reused has its page already. */
async function writeReport({ folder, reused }: RunEnd, host: Host): Promise<void> {
  const path = join(folder, 'report.html')
  if (reused && existsSync(path)) return
  try {
    const [{ reportOfRecord }, { writePage }] = await Promise.all([
      import('./report-of-record.ts'),
      import('./write-page.ts'),
    ])
    writePage(path, reportOfRecord(folder))
  } catch (error) {
    // The results are safe; a page that cannot be drawn must not make the run look failed.
    host.stderr.write(
      `warning: the report could not be written: ${error instanceof Error ? error.message : String(error)}\n`,
    )
  }
}

/** What the operating system refuses (no permission, disk full) is the user's to mend. */
function mendable(error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error
  const { path } = error as NodeJS.ErrnoException
  const message = path === undefined ? error.message : `cannot write ${path}: ${whyNotWritten(path, error)}`
  return new UserError(
    message,
    'see that the store and the records can be written; --store and --runs name other folders',
  )
}

function whereItLies({ folder, reused }: RunEnd, cwd: string): string {
  const path = relative(cwd, folder)
  const record = reused ? `nothing had to run; the record is that of an earlier run, ${path}` : `record: ${path}`
  return `${record}\nreport: ${join(path, 'report.html')}\n`
}
