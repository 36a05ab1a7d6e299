import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { clearLeftovers, forgetWorker, noteWorker } from '../../src/orchestrator/leftovers.ts'
import { identityOf } from '../../src/orchestrator/process-identity.ts'
import { StoreLayout } from '../../src/orchestrator/store/layout.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

afterEach(cleanFolders)

const idle = (): ReturnType<typeof spawn> => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])

describe('what a dead run left', () => {
  it('is cleared: workers, half-made attempts, live files; checkpoints stay', async () => {
    const layout = new StoreLayout(temporaryFolder())
    for (const folder of ['tmp/attempt-1', 'live', 'scratch/key'])
      mkdirSync(join(layout.root, folder), { recursive: true })
    writeFileSync(join(layout.root, 'scratch', 'key', 'checkpoint'), '')
    const worker = idle()
    const ended = once(worker, 'exit')
    noteWorker(layout, worker.pid ?? 0)
    await clearLeftovers(layout)
    expect((await ended)[1]).toBe('SIGKILL')
    expect(readdirSync(layout.workers)).toEqual([])
    expect(['tmp', 'live', 'scratch/key/checkpoint'].map((name) => existsSync(join(layout.root, name)))).toEqual([
      false,
      false,
      true,
    ])
  })

  it('does not touch another process that has got the pid of a worker', async () => {
    const layout = new StoreLayout(temporaryFolder())
    const stranger = idle()
    mkdirSync(layout.workers, { recursive: true })
    const pid = stranger.pid ?? 0
    writeFileSync(join(layout.workers, String(pid)), JSON.stringify({ ...identityOf(pid), started: '1' }))
    await clearLeftovers(layout)
    expect(stranger.exitCode).toBeNull()
    expect(() => process.kill(pid, 0)).not.toThrow()
    stranger.kill()
    await once(stranger, 'exit')
  })

  it('holds no worker that was ended properly', () => {
    const layout = new StoreLayout(temporaryFolder())
    noteWorker(layout, 123)
    forgetWorker(layout, 123)
    expect(readdirSync(layout.workers)).toEqual([])
  })
})
