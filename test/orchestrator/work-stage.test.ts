import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { StageJob, StageResult } from '../../src/orchestrator/executors/job.ts'
import type { Failure } from '../../src/orchestrator/failure.ts'
import { cleanFolders, factsOf, planOf, runToy, temporaryFolder } from '../rig/orchestrator-rig.ts'

afterEach(cleanFolders)

const plan = planOf({ chain: { use: 'toy-chain', with: { steps: 3, pause: 0 } } })

describe('the checkpoints of a stage that failed', () => {
  it.each<[boolean, Failure]>([
    [false, { reason: 'stage-threw', message: 'the checkpoint makes no sense' }],
    [true, { reason: 'stage-threw', message: 'no space left on device', code: 'ENOSPC' }],
    [true, { reason: 'signal', message: 'killed', signal: 'SIGKILL' }],
    [true, { reason: 'exit', message: 'ended', code: 1 }],
    [true, { reason: 'cancelled', message: 'stopped' }],
  ])('are kept (%s) after %j', async (kept, failure) => {
    const folder = temporaryFolder()
    let scratch = ''
    const before = async (job: StageJob): Promise<StageResult> => {
      scratch = job.scratch
      writeFileSync(join(scratch, 'links.json'), '["one"]')
      return { ok: false, failure, seconds: 1 }
    }
    expect(factsOf(await runToy(folder, plan, { before }), 'stage-failed')).toEqual([
      { type: 'stage-failed', stage: 'chain', failure, seconds: 1 },
    ])
    expect(existsSync(join(scratch, 'links.json'))).toBe(kept)
  })

  it('are forgotten when the stage is run afresh', async () => {
    const folder = temporaryFolder()
    const crash = async (job: StageJob): Promise<StageResult> => {
      writeFileSync(join(job.scratch, 'links.json'), '["one", "two", "a chain from elsewhere"]')
      return { ok: false, failure: { reason: 'signal', message: 'killed', signal: 'SIGKILL' }, seconds: 1 }
    }
    await runToy(folder, plan, { before: crash })
    const last = factsOf(await runToy(folder, plan, { fresh: ['chain'] }), 'stage-finished')[0]?.outputs['last']
    const clean = factsOf(await runToy(temporaryFolder(), plan), 'stage-finished')[0]?.outputs['last']
    expect(last).toEqual(clean)
  })
})
