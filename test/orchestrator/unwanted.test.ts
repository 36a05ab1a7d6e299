import { afterEach, describe, expect, it } from 'vitest'
import type { Plan } from '../../src/compiler/plan.ts'
import { join } from 'node:path'
import { explainPlan } from '../../src/orchestrator/explain.ts'
import { openProject } from '../../src/orchestrator/project.ts'
import { cleanFolders, factsOf, planOf, runToy, temporaryFolder, type StageSketch } from '../rig/orchestrator-rig.ts'
import { catalog } from '../rig/orchestrator-toy-catalog.ts'

afterEach(cleanFolders)

const number = (value: number, others: Partial<StageSketch> = {}): StageSketch => ({
  use: 'toy-number',
  with: { value },
  ...others,
})
const from = (stage: string): { stage: string; output: string } => ({ stage, output: 'number' })
const never = { value: false } as const

const skipped = (run: Awaited<ReturnType<typeof runToy>>): [string, string][] =>
  factsOf(run, 'stage-skipped').map(({ stage, because }) => [stage, because])
const valueOf = (run: Awaited<ReturnType<typeof runToy>>, id: string): unknown => {
  const output = factsOf(run, 'stage-finished').find(({ stage }) => stage === id)?.outputs['number']
  return output !== undefined && 'value' in output ? output.value : undefined
}
const explain = async (folder: string, plan: Plan): Promise<[string, string, string][]> => {
  const { store, paths } = openProject(join(folder, 'toy.yaml'), { store: join(folder, '.assay') })
  const rows = await explainPlan(plan, { catalog, store, paths, runtime: { engine: 1 } })
  return rows.map(({ stage, status, reason }) => [stage, status, reason])
}

describe('when', () => {
  it('skips a stage and what needs it, and the run is no failure', async () => {
    const plan = planOf({
      off: number(1, { when: never }),
      after: {
        use: 'toy-chain',
        with: { steps: { expression: '${off.number}', needs: [from('off')] } },
        needs: ['off'],
      },
      on: number(2, { when: { value: true } }),
    })
    const folder = temporaryFolder()
    const run = await runToy(folder, plan)
    expect(run.outcome).toBe('ok')
    expect(skipped(run)).toEqual([
      ['off', 'when: false'],
      ['after', 'off was skipped'],
    ])
    expect(factsOf(run, 'stage-skipped').every(({ unwanted }) => unwanted)).toBe(true)
    expect(run.ran).toEqual(['on'])
    expect(await explain(folder, plan)).toEqual([
      ['off', 'skipped', 'when: false'],
      ['after', 'skipped', 'off was skipped'],
      ['on', 'cached', 'same key as a stored result'],
    ])
  })

  it('is decided by the results of other stages', async () => {
    const plan = (value: number): Plan =>
      planOf({
        a: number(value),
        b: number(9, {
          when: { expression: '${a.number > 1.0}', needs: [from('a')] },
          needs: ['a'],
        }),
      })
    const folder = temporaryFolder()
    expect((await explain(folder, plan(1)))[1]).toEqual(['b', 'unknown', 'decided when a is done'])
    expect(skipped(await runToy(folder, plan(1)))).toEqual([['b', 'when: ${a.number > 1.0} is false']])
    expect((await runToy(folder, plan(2))).ran).toEqual(['a', 'b'])
    expect((await explain(folder, plan(1)))[1]).toEqual(['b', 'skipped', 'when: ${a.number > 1.0} is false'])
  })

  it('fails where it is no boolean', async () => {
    const when = { expression: '${a.number}', needs: [from('a')] }
    const run = await runToy(temporaryFolder(), planOf({ a: number(1), b: number(2, { when, needs: ['a'] }) }))
    expect(run.outcome).toBe('failed')
    expect(factsOf(run, 'stage-failed')[0]?.failure.message).toBe('`when` must be true or false, but is 1')
  })

  it('does not wait for what failed', async () => {
    const run = await runToy(
      temporaryFolder(),
      planOf({
        bad: { use: 'toy-fault', with: { how: 'stage-error' } },
        b: number(2, { when: { expression: '${bad.number > 1.0}', needs: [from('bad')] }, needs: ['bad'] }),
      }),
    )
    expect(run.outcome).toBe('failed')
    expect(skipped(run)).toEqual([['b', 'bad failed']])
  })
})

describe('a port that takes many', () => {
  const cells = (off: readonly number[] = []): Record<string, StageSketch> =>
    Object.fromEntries(
      [1, 2, 3].map((value) => [`n@x=${value}`, number(value, off.includes(value) ? { when: never } : {})]),
    )
  const all = { list: [1, 2, 3].map((value) => from(`n@x=${value}`)) }

  it('gets the outputs in order, and is cached by their contents', async () => {
    const folder = temporaryFolder()
    const plan = planOf({ ...cells(), sum: { use: 'toy-sum', inputs: { numbers: all } } })
    expect(valueOf(await runToy(folder, plan), 'sum')).toBe(6)
    expect((await runToy(folder, plan)).ran).toEqual([])
    const reordered = planOf({
      ...cells(),
      sum: { use: 'toy-sum', inputs: { numbers: { list: all.list.toReversed() } } },
    })
    expect((await runToy(folder, reordered)).ran).toEqual(['sum'])
  })

  it('is shorter by what was skipped; with nothing left, the stage is skipped too', async () => {
    const of = (off: readonly number[]): Plan =>
      planOf({ ...cells(off), sum: { use: 'toy-sum', inputs: { numbers: all } } })
    expect(valueOf(await runToy(temporaryFolder(), of([2])), 'sum')).toBe(4)
    const none = await runToy(temporaryFolder(), of([1, 2, 3]))
    expect(none.outcome).toBe('ok')
    expect(skipped(none).at(-1)).toEqual(['sum', 'n@x=1 was skipped'])
  })

  it('goes without an optional input that was skipped', async () => {
    const plan = planOf({
      ...cells(),
      off: number(100, { when: never }),
      sum: { use: 'toy-sum', inputs: { numbers: all, more: from('off') } },
    })
    expect(valueOf(await runToy(temporaryFolder(), plan), 'sum')).toBe(6)
  })

  it('gives expressions a list', async () => {
    const plan = planOf({
      ...cells(),
      total: number(0, {
        with: {
          value: {
            expression: '${n.number[2] + n.number[0]}',
            needs: [{ stage: 'n', output: 'number', from: all }],
          },
        },
        needs: all.list.map(({ stage }) => stage),
      }),
    })
    expect(valueOf(await runToy(temporaryFolder(), plan), 'total')).toBe(4)
  })
})
