import { join } from 'node:path'
import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { Plan } from '../../src/compiler/plan.ts'
import { explainPlan, type ExplainedStage } from '../../src/orchestrator/explain.ts'
import { openProject } from '../../src/orchestrator/project.ts'
import { cleanFolders, planOf, runToy, temporaryFolder, wrap } from '../rig/orchestrator-rig.ts'
import { catalog } from '../rig/orchestrator-toy-catalog.ts'

afterEach(cleanFolders)

const plan = (steps: number, levels = 3): Plan =>
  planOf({
    a: { use: 'toy-number', with: { value: 1 } },
    chain: { use: 'toy-chain', with: { steps, pause: 0 }, inputs: { start: { stage: 'a', output: 'number' } } },
    find: {
      use: 'toy-search',
      with: { below: 0, most: levels },
      inputs: { start: { stage: 'chain', output: 'last' } },
      templates: { degrade: { use: 'toy-chains', with: wrap({ steps: 1 }), inputs: {} } },
    },
  })
const explain = (folder: string, what: Plan, fresh?: (id: string) => boolean): Promise<ExplainedStage[]> => {
  const { store, paths } = openProject(join(folder, 'toy.yaml'), { store: join(folder, '.assay') })
  return explainPlan(what, { catalog, store, paths, runtime: { engine: 1 }, ...(fresh === undefined ? {} : { fresh }) })
}

describe('explaining a plan', () => {
  it('says of a new one what never ran and what is decided later', async () => {
    expect(await explain(temporaryFolder(), plan(2))).toEqual([
      { stage: 'a', use: 'toy-number', status: 'will-run', reason: 'never ran' },
      { stage: 'chain', use: 'toy-chain', status: 'unknown', reason: 'decided when a is done' },
      { stage: 'find', use: 'toy-search', status: 'unknown', reason: 'decided when chain is done' },
    ])
  })

  it('finds everything cached after a run, searches within searches included', async () => {
    const folder = temporaryFolder()
    await runToy(folder, plan(2))
    const rows = await explain(folder, plan(2))
    expect(rows.every(({ status }) => status === 'cached')).toBe(true)
    expect(rows.map(({ stage, parent }) => [stage, parent])).toEqual([
      ['a', undefined],
      ['chain', undefined],
      ['find', undefined],
      ...[0, 1, 2].flatMap((level) => [
        [`find/level-0${level}`, 'find'],
        [`find/level-0${level}/chain-0`, `find/level-0${level}`],
        [`find/level-0${level}/chain-1`, `find/level-0${level}`],
      ]),
    ])
    expect(rows[2]?.reason).toBe('all of its 9 stages are stored')
  })

  it('names the changed parameter', async () => {
    const folder = temporaryFolder()
    await runToy(folder, plan(2))
    expect((await explain(folder, plan(4))).map(({ status, reason }) => [status, reason])).toEqual([
      ['cached', 'same key as a stored result'],
      ['will-run', 'with.steps 2 → 4'],
      ['unknown', 'decided when chain is done'],
    ])
  })

  it('names the first stage that a search has still to run', async () => {
    const folder = temporaryFolder()
    await runToy(folder, plan(2))
    const rows = await explain(folder, plan(2, 5))
    expect(rows[2]?.status).toBe('will-run')
    expect(rows[2]?.reason).toMatch(/^find\/level-03\/chain-0: never ran/)
  })

  it('names a result that was deleted, and a stage to be run afresh', async () => {
    const folder = temporaryFolder()
    await runToy(folder, plan(2))
    expect((await explain(folder, plan(2), (id) => id === 'a'))[0]?.reason).toBe('asked to run afresh')
    rmSync(join(folder, '.assay', 'v1', 'actions'), { recursive: true })
    expect((await explain(folder, plan(2)))[0]?.reason).toBe('its stored result is gone')
  })
})
