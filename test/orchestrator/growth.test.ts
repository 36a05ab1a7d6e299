import { Type } from '@sinclair/typebox'
import { afterEach, describe, expect, it } from 'vitest'
import { StageCatalog } from '../../src/stage/catalog.ts'
import { deriveSeed } from '../../src/stage/seed.ts'
import { defineSearch, type Growth } from '../../src/stage/stage-kind.ts'
import {
  cleanFolders,
  digestsOf,
  factsOf,
  planOf,
  runToy,
  temporaryFolder,
  wrap,
  type StageSketch,
} from '../rig/orchestrator-rig.ts'
import { catalog } from '../rig/orchestrator-toy-catalog.ts'

afterEach(cleanFolders)

const search = (
  degrade: { use: string; with: Record<string, number | string> },
  params: Record<string, number> = { below: 0, most: 3 },
): StageSketch => ({
  use: 'toy-search',
  with: params,
  templates: { degrade: { use: degrade.use, with: wrap(degrade.with), inputs: {} } },
})
const simple = planOf({ find: search({ use: 'toy-chain', with: { steps: 2 } }) })
const nested = planOf({ find: search({ use: 'toy-chains', with: { steps: 2, chains: 2 } }) })

describe('a growing stage', () => {
  it('grows level by level and ends with outputs of its own and of a child', async () => {
    const run = await runToy(temporaryFolder(), simple)
    expect(run.ran).toEqual(['find/level-00', 'find/level-01', 'find/level-02'])
    expect(factsOf(run, 'stage-added').map(({ stage, parent }) => [stage.id, parent])).toEqual([
      ['find/level-00', 'find'],
      ['find/level-01', 'find'],
      ['find/level-02', 'find'],
    ])
    const end = factsOf(run, 'stage-finished').at(-1)
    expect(end).toMatchObject({
      stage: 'find',
      outputs: { best: { value: { level: 2 } } },
      report: [{ type: 'answer' }],
    })
    expect(end?.outputs['model']?.digest).toBe(digestsOf(run)['find/level-02']?.['model'])
  })

  it('shows its view whenever that changed', async () => {
    const run = await runToy(temporaryFolder(), simple)
    expect(factsOf(run, 'search-viewed').map(({ view }) => view.doing)).toEqual(['level 1', 'level 2', 'level 3'])
  })

  it('does not show a view again that has not changed', async () => {
    const names = ['one', 'two', 'three']
    const calls: number[] = []
    const flat = defineSearch({
      name: 'flat',
      version: 1,
      role: 'search',
      seeded: false,
      summary: 'Three at once',
      params: Type.Object({}),
      inputs: {},
      outputs: { number: { type: 'number', description: 'How many' } },
      grow: ({ results }) => {
        const done = Object.keys(results).length
        calls.push(done)
        return {
          stages: names.map((name) => ({ name, use: 'toy-chain', with: { steps: name.length, pause: 5 }, inputs: {} })),
          view: { claim: 'c', threshold: 0, metric: 'm', doing: 'three at once', levels: [] },
          ...(done === 3 ? { outputs: { number: { value: done } } } : {}),
        }
      },
    })
    const kinds = new StageCatalog([...catalog.all(), flat])
    const run = await runToy(temporaryFolder(), planOf({ x: { use: 'flat' } }), { catalog: kinds })
    expect(calls.length).toBeGreaterThan(1)
    expect(factsOf(run, 'search-viewed')).toHaveLength(1)
  })

  it('gives children defaults, and seeds from their full names', async () => {
    const run = await runToy(temporaryFolder(), simple)
    const first = factsOf(run, 'stage-started').find(({ stage }) => stage === 'find/level-00')
    expect(first?.with).toEqual({ steps: 2, pause: 0 })
    expect(first?.seed).toBe(deriveSeed(deriveSeed(0, 'find'), 'find/level-00'))
  })

  it('is replayed from the store without running anything', async () => {
    const folder = temporaryFolder()
    const first = await runToy(folder, simple)
    const second = await runToy(folder, simple)
    expect(second.ran).toEqual([])
    expect(factsOf(second, 'stage-cached').map(({ stage }) => stage)).toEqual([
      'find/level-00',
      'find/level-01',
      'find/level-02',
      'find',
    ])
    expect(digestsOf(second)).toEqual(digestsOf(first))
  })

  it('takes finished levels from the store when it may go on for longer', async () => {
    const folder = temporaryFolder()
    await runToy(folder, simple)
    const run = await runToy(
      folder,
      planOf({ find: search({ use: 'toy-chain', with: { steps: 2 } }, { below: 0, most: 5 }) }),
    )
    expect(run.ran).toEqual(['find/level-03', 'find/level-04'])
  })

  it('may have children that grow', async () => {
    const folder = temporaryFolder()
    const run = await runToy(folder, nested)
    expect(run.ran).toEqual([0, 1, 2].flatMap((level) => [0, 1].map((chain) => `find/level-0${level}/chain-${chain}`)))
    expect(factsOf(run, 'stage-added').find(({ stage }) => stage.id === 'find/level-01/chain-0')?.parent).toBe(
      'find/level-01',
    )
    const seeds = factsOf(run, 'stage-started').flatMap(({ stage, seed }) =>
      stage.includes('chain') && seed !== undefined ? [seed] : [],
    )
    expect(new Set(seeds).size).toBe(6)
    expect(digestsOf(await runToy(folder, nested))).toEqual(digestsOf(run))
  })

  it('ends when a child fails, and names it', async () => {
    const run = await runToy(
      temporaryFolder(),
      planOf({ find: search({ use: 'toy-fault', with: { how: 'stage-error' } }) }),
    )
    expect(run.outcome).toBe('failed')
    expect(factsOf(run, 'stage-failed').map(({ stage, failure }) => [stage, failure.message])).toEqual([
      ['find/level-00', 'the model is broken'],
      ['find', 'its stage find/level-00 failed'],
    ])
  })

  it('names a parameter of its template that does not fit', async () => {
    const run = await runToy(temporaryFolder(), planOf({ find: search({ use: 'toy-chain', with: { step: 2 } }) }))
    expect(factsOf(run, 'stage-failed')[0]?.failure.message).toBe(
      'its parameters do not fit kind toy-chain: it needs steps; it has no key step (did you mean steps?)',
    )
  })

  it('is cancelled with its child, and goes on with the next run to the undisturbed result', async () => {
    const folder = temporaryFolder()
    const plan = planOf({ find: search({ use: 'toy-chains', with: { steps: 4, pause: 5 } }) })
    const stop = new AbortController()
    const before = (job: { stage: string }): undefined => {
      if (job.stage === 'find/level-01/chain-1')
        setTimeout(() => {
          stop.abort()
        }, 8)
    }
    const cut = await runToy(folder, plan, { signal: stop.signal, before })
    expect(cut.outcome).toBe('cancelled')
    expect(factsOf(cut, 'stage-failed').every(({ failure }) => failure.reason === 'cancelled')).toBe(true)
    const rest = await runToy(folder, plan)
    expect(rest.ran).not.toContain('find/level-00/chain-0')
    expect(digestsOf(rest)).toEqual(digestsOf(await runToy(temporaryFolder(), plan)))
  })
})

describe('a growing kind with a fault', () => {
  const run = async (grow: () => Growth): Promise<string | undefined> => {
    const faulty = defineSearch({
      name: 'faulty',
      version: 1,
      role: 'search',
      seeded: false,
      summary: 'Faulty',
      params: Type.Object({}),
      inputs: {},
      outputs: { number: { type: 'number', description: 'A number' } },
      grow,
    })
    const result = await runToy(temporaryFolder(), planOf({ x: { use: 'faulty' } }), {
      catalog: new StageCatalog([...catalog.all(), faulty]),
    })
    return factsOf(result, 'stage-failed').at(-1)?.failure.message
  }

  it.each<[string, () => Growth, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('oops')
      },
      /oops/,
    ],
    ['wants nothing and gives nothing', () => ({ stages: [] }), /wants no further stage and gives no outputs/],
    [
      'gives an output of the wrong type',
      () => ({ stages: [], outputs: { number: { value: 'seven' } } }),
      /output number of kind faulty is not a number/,
    ],
    ['leaves an output out', () => ({ stages: [], outputs: {} }), /gave no output number/],
    ['gives NaN', () => ({ stages: [], outputs: { number: { value: NaN } } }), /NaN/],
  ])('that %s fails with the reason', async (_name, grow, message) => {
    expect(await run(grow)).toMatch(message)
  })
})
