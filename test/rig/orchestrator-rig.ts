import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOfBytes } from '../../src/base/digest.ts'
import type { JsonObject } from '../../src/base/json.ts'
import type { InputRef, Plan, PlannedStage, PlannedTemplate, PlannedValue } from '../../src/compiler/plan.ts'
import type { RunFact } from '../../src/orchestrator/event.ts'
import type { Executor, JobHooks } from '../../src/orchestrator/executors/executor.ts'
import type { StageJob, StageResult } from '../../src/orchestrator/executors/job.ts'
import { runJob } from '../../src/orchestrator/executors/run-job.ts'
import { openProject } from '../../src/orchestrator/project.ts'
import { runPlan, type RunOutcome } from '../../src/orchestrator/scheduler.ts'
import type { StageCatalog } from '../../src/stage/catalog.ts'
import { deriveSeed } from '../../src/stage/seed.ts'
import { catalog as toyCatalog } from './orchestrator-toy-catalog.ts'

/** A folder that `afterEach` removes with `cleanFolders`. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-test-')))
  folders.push(folder)
  return folder
}
const folders: string[] = []
export function cleanFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export interface StageSketch extends Partial<
  Pick<PlannedStage, 'when' | 'retry' | 'timeout' | 'resources' | 'command'>
> {
  readonly use: string
  readonly with?: Readonly<Record<string, PlannedValue>> | JsonObject
  readonly inputs?: Readonly<Record<string, InputRef>>
  readonly templates?: Readonly<Record<string, PlannedTemplate>>
  readonly needs?: readonly string[]
  readonly seed?: string
}

/** A plan as the compiler would make it; plain values in `with` are wrapped. */
export function planOf(stages: Readonly<Record<string, StageSketch>>, seed = 0): Plan {
  return {
    version: 1,
    name: 'toy',
    file: '/nowhere/toy.yaml',
    source: digestOfBytes('toy'),
    seed,
    params: {},
    stages: Object.entries(stages).map(([id, sketch]) => planned(id, sketch, seed)),
  }
}

function planned(
  id: string,
  { use, inputs = {}, templates = {}, needs, ...sketch }: StageSketch,
  seed: number,
): PlannedStage {
  const fromInputs = Object.values(inputs).flatMap((input) =>
    'list' in input ? input.list.map(({ stage }) => stage) : 'stage' in input ? [input.stage] : [],
  )
  return {
    ...sketch,
    id,
    use,
    inputs,
    templates,
    needs: needs ?? [...new Set(fromInputs)],
    with: wrap(sketch.with ?? {}),
    seed: sketch.seed ?? deriveSeed(seed, id),
    span: { file: 'toy.yaml', line: 3, column: 5, offset: 20, length: 4 },
  }
}

export const wrap = (values: NonNullable<StageSketch['with']>): Record<string, PlannedValue> =>
  Object.fromEntries(
    Object.entries<JsonObject[string] | PlannedValue>(values).map(([name, value]) => [
      name,
      isPlanned(value) ? value : { value },
    ]),
  )

const isPlanned = (value: unknown): value is PlannedValue =>
  typeof value === 'object' && value !== null && ('expression' in value || 'value' in value)

/** Runs stages in this very process and notes which. `before` may fail or delay a job. */
export class InProcessExecutor implements Executor {
  readonly ran: string[] = []
  readonly #catalog: StageCatalog
  readonly #before: (job: StageJob) => Promise<StageResult | undefined> | undefined
  constructor(
    catalog: StageCatalog = toyCatalog,
    before: (job: StageJob) => Promise<StageResult | undefined> | undefined = () => undefined,
  ) {
    this.#catalog = catalog
    this.#before = before
  }
  async run(job: StageJob, hooks: JobHooks): Promise<StageResult> {
    hooks.started()
    this.ran.push(job.stage)
    const instead = await this.#before(job)
    return (
      instead ??
      runJob(job, {
        catalog: this.#catalog,
        signal: hooks.signal,
        progress: (progress) => {
          hooks.progress(progress)
        },
      })
    )
  }
  kill(): void {
    throw new Error('nothing to kill')
  }
  close(): Promise<void> {
    return Promise.resolve()
  }
}

export interface ToyRun {
  readonly outcome: RunOutcome
  readonly facts: readonly RunFact[]
  readonly ran: readonly string[]
}
export interface ToyRunOptions {
  readonly catalog?: StageCatalog
  readonly fresh?: readonly string[]
  readonly signal?: AbortSignal
  readonly runtime?: JsonObject
  readonly verify?: boolean
  readonly before?: (job: StageJob) => Promise<StageResult | undefined> | undefined
}

/** Runs a plan on the store in `folder/.assay`, as a new process would: nothing is kept in memory between calls. */
export async function runToy(folder: string, plan: Plan, options: ToyRunOptions = {}): Promise<ToyRun> {
  const { store, paths } = openProject(join(folder, 'toy.yaml'), {
    store: join(folder, '.assay'),
    verify: options.verify ?? false,
  })
  const facts: RunFact[] = []
  const executor = new InProcessExecutor(options.catalog, options.before)
  const outcome = await runPlan({
    plan,
    store,
    paths,
    executor,
    catalog: options.catalog ?? toyCatalog,
    runtime: options.runtime ?? { engine: 1 },
    fresh: (id) => options.fresh?.some((name) => id === name || id.startsWith(`${name}/`)) ?? false,
    emit: (fact) => {
      facts.push(fact)
    },
    signal: options.signal ?? new AbortController().signal,
    underWay: new Map(),
  })
  store.close()
  return { outcome, facts, ran: executor.ran }
}

type FactOf<T extends RunFact['type']> = Extract<RunFact, { type: T }>
export const factsOf = <T extends RunFact['type']>({ facts }: ToyRun, type: T): FactOf<T>[] =>
  facts.filter((fact): fact is FactOf<T> => fact.type === type)

/** Digests of every stage's outputs by id, whether it ran or was cached. */
export function digestsOf(run: ToyRun): Record<string, Record<string, string>> {
  const ended = [...factsOf(run, 'stage-finished'), ...factsOf(run, 'stage-cached')]
  return Object.fromEntries(
    ended
      .map(
        ({ stage, outputs }) =>
          [stage, Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest]))] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}
