import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobHooks } from '../../../src/orchestrator/executors/executor.ts'
import type { StageJob } from '../../../src/orchestrator/executors/job.ts'
import { LocalExecutor } from '../../../src/orchestrator/executors/local.ts'
import type { Progress } from '../../../src/stage/stage-context.ts'
import { cleanFolders, temporaryFolder } from '../../rig/orchestrator-rig.ts'
import { workerCommand } from '../../rig/orchestrator-worker-command.ts'

let folder: string
let executor: LocalExecutor
let spawned: number[]
let left: number[]
let stop: AbortController
let progress: Progress[]

beforeEach(() => {
  folder = temporaryFolder()
  spawned = []
  left = []
  progress = []
  stop = new AbortController()
  executor = new LocalExecutor({
    command: workerCommand,
    concurrency: 2,
    onSpawn: (pid) => spawned.push(pid),
    onExit: (pid) => left.push(pid),
  })
})
afterEach(async () => {
  await executor.close()
  cleanFolders()
})

let count = 0
function job(kind: string, params: StageJob['with']): StageJob {
  const [out, scratch] = [join(folder, `out-${count++}`), join(folder, 'scratch')]
  for (const each of [out, scratch]) mkdirSync(each, { recursive: true })
  return { stage: kind, kind, with: params, inputs: {}, seed: '0'.repeat(16), out, scratch, threads: 1 }
}
const hooks = (started: () => void = () => undefined): JobHooks => ({
  started,
  progress: (one) => progress.push(one),
  signal: stop.signal,
})

describe('the local executor', () => {
  it('runs many stages in one process, and none is left after its end', async () => {
    for (let value = 0; value < 5; value++) {
      expect(await executor.run(job('toy-number', { value }), hooks())).toMatchObject({
        ok: true,
        outputs: { number: { value } },
      })
    }
    expect(spawned).toHaveLength(1)
    await executor.close()
    expect(left).toEqual(spawned)
    expect(() => process.kill(spawned[0] ?? 0, 0)).toThrow(/ESRCH/)
  })

  it('runs no more at once than it may', async () => {
    await Promise.all(Array.from({ length: 6 }, () => executor.run(job('toy-number', { value: 1 }), hooks())))
    // A third at once would have needed a third process.
    expect(spawned).toHaveLength(2)
  })

  it('gives a stage as many places as it has cpus', async () => {
    const began: string[] = []
    const run = (name: string, cpus: number): Promise<unknown> =>
      executor.run(
        { ...job('toy-chain', { steps: 2, pause: 20 }), cpus },
        hooks(() => began.push(name)),
      )
    await Promise.all([run('a', 1), run('both', 2), run('b', 1)])
    expect(began).toEqual(['a', 'both', 'b'])
    // Two at once would have needed two processes.
    expect(spawned).toHaveLength(1)
  })

  it('runs no two stages at once that need more memory together than there is', async () => {
    await executor.close()
    executor = new LocalExecutor({
      command: workerCommand,
      concurrency: 2,
      memory: 3 * 2 ** 30,
      onSpawn: (pid) => spawned.push(pid),
    })
    const run = (memory: number): Promise<unknown> =>
      executor.run({ ...job('toy-chain', { steps: 2, pause: 20 }), memory }, hooks())
    await Promise.all([run(2 * 2 ** 30), run(2 * 2 ** 30), run(5 * 2 ** 30)])
    expect(spawned).toHaveLength(1)
    // Both fit into it.
    await Promise.all([run(2 ** 30), run(2 ** 30)])
    expect(spawned).toHaveLength(2)
  })

  it('passes progress on', async () => {
    await executor.run(job('toy-chain', { steps: 3, pause: 0 }), hooks())
    expect(progress.at(-1)).toEqual({ fraction: 1, note: 'link 3 of 3' })
  })

  it.each([
    ['exit', { reason: 'exit', code: 7, message: 'its process ended by itself with exit code 7' }],
    ['signal', { reason: 'signal', signal: 'SIGSEGV', message: 'its process was killed by SIGSEGV' }],
  ])('turns a crash (%s) into a failure of that stage and goes on with a fresh process', async (how, failure) => {
    expect(await executor.run(job('toy-fault', { how }), hooks())).toMatchObject({ ok: false, failure })
    expect(await executor.run(job('toy-number', { value: 1 }), hooks())).toMatchObject({ ok: true })
    expect(spawned).toHaveLength(2)
  })

  it('keeps a process whose stage only threw', async () => {
    const failed = await executor.run(job('toy-fault', { how: 'bug' }), hooks())
    expect(failed).toMatchObject({ ok: false, failure: { reason: 'stage-threw', message: 'not a function' } })
    await executor.run(job('toy-number', { value: 1 }), hooks())
    expect(spawned).toHaveLength(1)
  })

  it('asks a cancelled stage to save, and starts no further one', async () => {
    const long = job('toy-chain', { steps: 1000, pause: 10 })
    const results = Promise.all([
      executor.run(long, hooks()),
      executor.run(job('toy-fault', { how: 'hang' }), hooks()),
      executor.run(job('toy-number', { value: 1 }), hooks()),
    ])
    while (!existsSync(join(long.scratch, 'links.json'))) await new Promise((resolve) => setTimeout(resolve, 5))
    stop.abort()
    for (const result of await results) expect(result).toMatchObject({ ok: false, failure: { reason: 'cancelled' } })
    expect((JSON.parse(readFileSync(join(long.scratch, 'links.json'), 'utf8')) as string[]).length).toBeLessThan(1000)
    expect(left).not.toContain(spawned[0])
  })

  it('kills a cancelled stage that does not listen', async () => {
    const result = executor.run(job('toy-fault', { how: 'deaf' }), hooks())
    setTimeout(() => {
      stop.abort()
      setTimeout(() => {
        executor.kill()
      }, 50)
    }, 800)
    expect(await result).toMatchObject({ ok: false, failure: { reason: 'cancelled' } })
  })
})
