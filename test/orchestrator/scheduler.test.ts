import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { cleanFolders, digestsOf, factsOf, planOf, runToy, temporaryFolder } from '../rig/orchestrator-rig.ts'

afterEach(cleanFolders)

const diamond = planOf({
  a: { use: 'toy-number', with: { value: 1 } },
  left: { use: 'toy-chain', with: { steps: 2, pause: 0 }, inputs: { start: { stage: 'a', output: 'number' } } },
  right: { use: 'toy-chain', with: { steps: 3, pause: 0 }, inputs: { start: { stage: 'a', output: 'number' } } },
})

describe('running a plan', () => {
  it('runs every stage once, after what it needs', async () => {
    const run = await runToy(temporaryFolder(), diamond)
    expect(run.outcome).toBe('ok')
    expect(run.ran[0]).toBe('a')
    expect([...run.ran].sort()).toEqual(['a', 'left', 'right'])
    expect(factsOf(run, 'stage-finished')).toHaveLength(3)
  })

  it('takes everything from the store the second time, with equal outputs', async () => {
    const folder = temporaryFolder()
    const first = await runToy(folder, diamond)
    const second = await runToy(folder, diamond)
    expect(second.ran).toEqual([])
    expect(digestsOf(second)).toEqual(digestsOf(first))
    expect(factsOf(second, 'stage-cached')).toHaveLength(3)
  })

  it('gives equal digests in another folder', async () => {
    expect(digestsOf(await runToy(temporaryFolder(), diamond))).toEqual(
      digestsOf(await runToy(temporaryFolder(), diamond)),
    )
  })

  it('runs only what a changed parameter touches, and says why', async () => {
    const folder = temporaryFolder()
    await runToy(folder, diamond)
    const changed = planOf({
      a: { use: 'toy-number', with: { value: 1 } },
      left: { use: 'toy-chain', with: { steps: 5, pause: 0 }, inputs: { start: { stage: 'a', output: 'number' } } },
      right: { use: 'toy-chain', with: { steps: 3, pause: 0 }, inputs: { start: { stage: 'a', output: 'number' } } },
    })
    const run = await runToy(folder, changed)
    expect(run.ran).toEqual(['left'])
    expect(factsOf(run, 'stage-started')[0]?.because).toBe('with.steps 2 → 5')
  })

  it('stops invalidation where an upstream stage gives equal bytes again', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'in.txt')
    const plan = planOf({
      text: { use: 'toy-text', inputs: { from: { path: file } } },
      chain: { use: 'toy-chain', with: { steps: 1, pause: 0 }, inputs: { start: { stage: 'text', output: 'text' } } },
    })
    writeFileSync(file, 'Some text')
    await runToy(folder, plan)
    writeFileSync(file, 'SOME TEXT')
    const run = await runToy(folder, plan)
    expect(run.ran).toEqual(['text'])
    expect(factsOf(run, 'stage-started')[0]?.because).toBe('input from changed: file edited')
  })

  it('skips what needs a failed stage, with the reason, and goes on with the rest', async () => {
    const run = await runToy(
      temporaryFolder(),
      planOf({
        bad: { use: 'toy-fault', with: { how: 'stage-error' } },
        after: {
          use: 'toy-chain',
          with: { steps: 1, pause: 0 },
          inputs: { start: { stage: 'bad', output: 'number' } },
        },
        later: {
          use: 'toy-chain',
          with: { steps: 1, pause: 0 },
          inputs: { start: { stage: 'after', output: 'last' } },
        },
        other: { use: 'toy-number', with: { value: 2 } },
      }),
    )
    expect(run.outcome).toBe('failed')
    expect(factsOf(run, 'stage-failed')).toMatchObject([
      { stage: 'bad', failure: { reason: 'stage-threw', message: 'the model is broken', help: 'give another one' } },
    ])
    expect(factsOf(run, 'stage-failed')[0]?.failure).not.toHaveProperty('stack')
    expect(factsOf(run, 'stage-skipped')).toEqual([
      { type: 'stage-skipped', stage: 'after', because: 'bad failed' },
      { type: 'stage-skipped', stage: 'later', because: 'after was skipped' },
    ])
    expect(factsOf(run, 'stage-finished').map(({ stage }) => stage)).toEqual(['other'])
  })

  it.each([
    ['bug', /not a function/],
    ['nan', /output number is the number NaN/],
    ['outside', /gave an output other that it does not declare/],
  ])('reports a stage with the fault %s', async (how, message) => {
    const run = await runToy(temporaryFolder(), planOf({ bad: { use: 'toy-fault', with: { how } } }))
    expect(factsOf(run, 'stage-failed')[0]?.failure.message).toMatch(message)
  })

  it('does not store a failed stage', async () => {
    const folder = temporaryFolder()
    const plan = planOf({ bad: { use: 'toy-fault', with: { how: 'nan' } } })
    await runToy(folder, plan)
    expect((await runToy(folder, plan)).ran).toEqual(['bad'])
  })

  it('computes deferred parameters and checks them', async () => {
    const of = (expression: string): Parameters<typeof planOf>[0] => ({
      a: { use: 'toy-number', with: { value: 2 } },
      chain: {
        use: 'toy-chain',
        with: { steps: { expression, needs: [{ stage: 'a', output: 'number' }] }, pause: { value: 0 } },
        needs: ['a'],
      },
    })
    const good = await runToy(temporaryFolder(), planOf(of('${a.number}')))
    expect(factsOf(good, 'stage-started').at(-1)?.with).toMatchObject({ steps: 2 })
    const bad = await runToy(temporaryFolder(), planOf(of('${a.number - 2.0}')))
    expect(factsOf(bad, 'stage-failed')[0]?.failure.message).toMatch(/toy\.yaml:3:5: .*: steps must be .*1.*, but is 0/)
  })

  it('names an input file that vanished', async () => {
    const run = await runToy(
      temporaryFolder(),
      planOf({ text: { use: 'toy-text', inputs: { from: { path: '/nowhere/at/all.txt' } } } }),
    )
    expect(factsOf(run, 'stage-failed')[0]?.failure.message).toMatch(
      /cannot read input from: .*\/nowhere\/at\/all\.txt/,
    )
  })

  it('throws away a result whose input was edited meanwhile', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'in.txt')
    writeFileSync(file, 'one')
    const plan = planOf({ text: { use: 'toy-text', inputs: { from: { path: file } } } })
    const edit = (): undefined => {
      writeFileSync(file, 'three')
    }
    const run = await runToy(folder, plan, { before: edit })
    expect(factsOf(run, 'stage-failed')[0]?.failure.message).toMatch(/was changed while the stage ran/)
    expect((await runToy(folder, plan)).ran).toEqual(['text'])
  })

  it('runs two equal stages of one plan once', async () => {
    const log = join(temporaryFolder(), 'log')
    const twin = { use: 'toy-number', with: { value: 4, log } }
    const run = await runToy(temporaryFolder(), planOf({ one: twin, two: twin }))
    expect(readFileSync(log, 'utf8')).toBe('ran\n')
    expect(factsOf(run, 'stage-cached').map(({ stage }) => stage)).toEqual(['two'])
  })

  it('runs a stage again when asked to, and only that one', async () => {
    const folder = temporaryFolder()
    await runToy(folder, diamond)
    const run = await runToy(folder, diamond, { fresh: ['a'] })
    expect(run.ran).toEqual(['a'])
    expect(factsOf(run, 'stage-started')[0]?.because).toBe('asked to run afresh')
  })

  it('runs everything again on another engine', async () => {
    const folder = temporaryFolder()
    await runToy(folder, diamond)
    const run = await runToy(folder, diamond, { runtime: { engine: 2 } })
    expect(run.ran).toHaveLength(3)
    expect(factsOf(run, 'stage-started')[0]?.because).toBe('runtime.engine 1 → 2')
  })

  it('keeps checkpoints of a cancelled stage and goes on from them to the same result', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'log')
    const plan = (): ReturnType<typeof planOf> =>
      planOf({ chain: { use: 'toy-chain', with: { steps: 20, pause: 5, log } } })
    const stop = new AbortController()
    setTimeout(() => {
      stop.abort()
    }, 40)
    const cut = await runToy(folder, plan(), { signal: stop.signal })
    expect(cut.outcome).toBe('cancelled')
    const before = readFileSync(log, 'utf8').trim().split('\n').length
    expect(before).toBeLessThan(20)
    const rest = await runToy(folder, plan())
    expect(factsOf(rest, 'stage-started')[0]?.because).toMatch(/goes on from its checkpoint/)
    expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(20)
    const undisturbed = await runToy(temporaryFolder(), plan())
    expect(digestsOf(rest)).toEqual(digestsOf(undisturbed))
  })
})
