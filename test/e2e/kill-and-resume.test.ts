import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'
import { killGroup, Program } from '../rig/orchestrator-program.ts'

/** Two long chains side by side, then a search whose levels are two chains each: 12 + 12 + 3 · 2 · 4 links. */
const pipeline = (log: string): string => `
assay: 1
name: toy
seed: 7
stages:
  left:  { use: toy-chain, with: { steps: 12, pause: 15, log: ${log} } }
  right: { use: toy-chain, with: { steps: 12, pause: 15, log: ${log} } }
  find:
    use: toy-search
    with:
      below: 0
      most: 3
      start: left.last
      degrade: { use: toy-chains, with: { steps: 4, pause: 15, log: ${log} } }
`
const links = 48
const concurrency = 2

const programs: Program[] = []
const program = async (log = 'log'): Promise<Program> => {
  const one = await Program.create(temporaryFolder(), pipeline(log))
  programs.push(one)
  return one
}
afterEach(() => {
  for (const one of programs.splice(0)) one.endAll()
  cleanFolders()
})

let undisturbed: Record<string, string>
beforeAll(async () => {
  const one = await program()
  expect(await one.run('run', 'toy.yaml')).toMatchObject({ code: 0 })
  expect(one.log()).toHaveLength(links)
  undisturbed = one.digests()
  expect(Object.keys(undisturbed)).toHaveLength(2 * 2 + 2 + 3 * 2 + 6 * 2)
  one.endAll()
})

describe('a run that is killed', () => {
  it.each([1, 9, 23, 27, 40, 47])(
    'with all its processes after link %i goes on there and gives the same bits',
    async (moment) => {
      const one = await program()
      one.hold(moment)
      const { child, ended } = one.start('run', 'toy.yaml')
      await one.untilLogged(moment)
      killGroup(child.pid)
      expect((await ended).signal).toBe('SIGKILL')
      await one.untilNoProcess()
      one.hold(undefined)
      expect(await one.run('run', 'toy.yaml')).toMatchObject({ code: 0 })
      expect(one.digests()).toEqual(undisturbed)
      // A link is logged after its checkpoint: one logged twice would have been computed twice.
      expect(new Set(one.log()).size).toBe(one.log().length)
      expect(one.log().length).toBeGreaterThanOrEqual(links - concurrency)
    },
  )

  // Nothing is held here, so the kills fall wherever they fall.
  it('again and again still ends with the same bits', async () => {
    const one = await program()
    let kills = 0
    for (;;) {
      const before = one.log().length
      const { child, ended } = one.start('run', 'toy.yaml')
      const progressed = one.untilLogged(before + 7).then(
        () => {
          killGroup(child.pid)
        },
        () => undefined,
      )
      const { signal, code } = await Promise.race([ended, progressed.then(() => ended)])
      if (signal === null) {
        expect(code).toBe(0)
        break
      }
      kills++
    }
    expect(kills).toBeGreaterThan(1)
    expect(one.digests()).toEqual(undisturbed)
    expect(new Set(one.log()).size).toBe(one.log().length)
  })

  it('without its workers leaves no orphan, and the next run needs no help', async () => {
    const one = await program()
    one.hold(5)
    const { child, ended } = one.start('run', 'toy.yaml')
    await one.untilLogged(5)
    child.kill('SIGKILL')
    one.hold(undefined)
    await ended
    // At once: the new run itself must see to workers that are still at it.
    expect(await one.run('run', 'toy.yaml')).toMatchObject({ code: 0, stderr: '' })
    expect(one.digests()).toEqual(undisturbed)
    await one.untilNoProcess()
  })

  it('without its workers leaves no orphan even if nobody runs again', async () => {
    const one = await program()
    one.hold(5)
    const { child, ended } = one.start('run', 'toy.yaml')
    await one.untilLogged(5)
    child.kill('SIGKILL')
    await ended
    await one.untilNoProcess()
    expect(one.log().length).toBeLessThan(links)
  })
})

describe('a run that is cancelled', () => {
  it('saves, ends with 130 and a closed record, and goes on with the next run', async () => {
    const one = await program()
    one.hold(30)
    const { child, ended } = one.start('run', 'toy.yaml')
    await one.untilLogged(30)
    // As a terminal does: the whole group gets it.
    process.kill(-(child.pid ?? 0), 'SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(130)
    expect(stderr).toMatch(/cancelling/)
    expect(one.lastState().finished?.outcome).toBe('cancelled')
    expect(one.processes()).toEqual([])
    one.hold(undefined)
    expect(await one.run('run', 'toy.yaml')).toMatchObject({ code: 0 })
    expect(one.log()).toHaveLength(links)
    expect(one.digests()).toEqual(undisturbed)
  })

  it('twice stops at once, even with a stage that does not listen', async () => {
    const one = await Program.create(
      temporaryFolder(),
      'assay: 1\nname: deaf\nstages:\n  deaf: { use: toy-fault, with: { how: deaf, log: log } }\n',
    )
    programs.push(one)
    const { child, ended } = one.start('run', 'toy.yaml')
    await one.untilLogged(1)
    child.kill('SIGINT')
    setTimeout(() => {
      child.kill('SIGINT')
    }, 200)
    expect((await ended).code).toBe(130)
    expect(one.processes()).toEqual([])
  })
})

describe('two runs at once', () => {
  it("run each stage once: the second waits, says so, and takes the first one's results", async () => {
    const one = await program()
    one.hold(1)
    const first = one.start('run', 'toy.yaml')
    await one.untilLogged(1)
    const second = one.start('run', 'toy.yaml')
    second.child.stderr?.once('data', () => {
      one.hold(undefined)
    })
    expect(await first.ended).toMatchObject({ code: 0, stderr: '' })
    const { code, stderr, stdout } = await second.ended
    expect(code).toBe(0)
    expect(stderr).toMatch(/another run is using this project \(process \d+ on .*\); waiting for it to end/)
    expect(stdout).toMatch(/nothing had to run/)
    expect(one.log()).toHaveLength(links)
    expect(one.records()).toHaveLength(1)
  })

  it('leave the first alone when the waiting one is cancelled', async () => {
    const one = await program()
    one.hold(1)
    const first = one.start('run', 'toy.yaml')
    await one.untilLogged(1)
    const second = one.start('run', 'toy.yaml')
    second.child.stderr?.once('data', () => {
      second.child.kill('SIGINT')
    })
    expect(await second.ended).toMatchObject({ code: 130, stdout: '' })
    one.hold(undefined)
    expect(await first.ended).toMatchObject({ code: 0 })
    expect(one.digests()).toEqual(undisturbed)
  })
})
