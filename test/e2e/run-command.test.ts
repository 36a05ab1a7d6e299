import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/orchestrator/event.ts'
import { Program } from '../rig/orchestrator-program.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

const programs: Program[] = []
const program = async (stages: string, head = ''): Promise<Program> => {
  const one = await Program.create(temporaryFolder(), `assay: 1\nname: toy\n${head}stages:\n${stages}`)
  programs.push(one)
  return one
}
afterEach(() => {
  for (const one of programs.splice(0)) one.endAll()
  cleanFolders()
})

const search = `
  a: { use: toy-number, with: { value: 1, log: log } }
  find:
    use: toy-search
    with: { below: 0, most: 2, start: a, degrade: { use: toy-chains, with: { steps: 1 } } }
`
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('assay run', () => {
  it('runs, says where the record lies, and leaves all of it', async () => {
    const one = await program(search)
    const { code, stdout, stderr } = await one.run('run', 'toy.yaml')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/best \{"level":1/)
    const [id = ''] = one.records()
    expect(id).toMatch(/^\d{4}-\d\d-\d\d-\d{6}-toy$/)
    expect(stdout).toContain(`report: ${join('runs', id, 'report.html')}`)
    const folder = join(one.folder, 'runs', id)
    expect(readdirSync(folder).sort()).toEqual([
      'environment.json',
      'events.jsonl',
      'metrics.json',
      'pipeline.yaml',
      'plan.json',
      'report.html',
    ])
    expect(readFileSync(join(folder, 'pipeline.yaml'), 'utf8')).toBe(readFileSync(join(one.folder, 'toy.yaml'), 'utf8'))
    const metrics = JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')) as {
      stages: Record<string, Record<string, unknown>>
    }
    expect(metrics.stages['a']).toEqual({ number: 1 })
    expect(metrics.stages['find']?.['best']).toMatchObject({ level: 1 })
    const environment = JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8')) as {
      node: string
      seeds: Record<string, string>
    }
    expect(environment.node).toBe(process.version)
    expect(Object.keys(environment.seeds)).toContain('find/level-00/chain-1')
  })

  it('names no path of the machine in its record', async () => {
    const one = await program(
      '  text: { use: toy-text, with: { from: ./in.txt } }\n  bad: { use: toy-fault, with: { how: bug } }\n',
    )
    writeFileSync(join(one.folder, 'in.txt'), 'text')
    expect((await one.run('run', 'toy.yaml')).code).toBe(1)
    for (const file of filesBelow(join(one.folder, 'runs')))
      expect(readFileSync(file, 'utf8')).not.toContain(one.folder)
    const plan = JSON.parse(readFileSync(join(one.folder, 'runs', one.records()[0] ?? '', 'plan.json'), 'utf8')) as {
      file: string
      stages: { inputs: unknown }[]
    }
    expect([plan.file, plan.stages[0]?.inputs]).toEqual(['toy.yaml', { from: { path: 'in.txt' } }])
  })

  it('runs nothing the second time, says the same, and adds no record', async () => {
    const one = await program(search)
    const first = await one.run('run', 'toy.yaml')
    const second = await one.run('run', 'toy.yaml')
    expect(second.code).toBe(0)
    expect(second.stdout).toMatch(/nothing had to run; the record is that of an earlier run/)
    const answer = (text: string): string | undefined => /^best .*$/m.exec(text)?.[0]
    expect(answer(second.stdout)).toBe(answer(first.stdout))
    expect(one.log()).toEqual(['ran'])
    expect(one.records()).toHaveLength(1)
  })

  it('adds a record when a parameter of the pipeline differs, though no stage has to run', async () => {
    const one = await program('  a: { use: toy-number, with: { value: 1 } }\n', 'params: { unused: 1 }\n')
    await one.run('run', 'toy.yaml')
    expect((await one.run('run', 'toy.yaml', '-p', 'unused=2')).code).toBe(0)
    expect(one.records()).toHaveLength(2)
  })

  it('works from another folder, with a store and records elsewhere', async () => {
    const one = await program(search)
    mkdirSync(join(one.folder, 'sub'))
    const { code } = await one.run('run', join(one.folder, 'toy.yaml'), '--store', 'sub/store', '--runs', 'sub/runs')
    expect(code).toBe(0)
    expect(existsSync(join(one.folder, '.assay'))).toBe(false)
    expect(readdirSync(join(one.folder, 'sub')).sort()).toEqual(['runs', 'store'])
  })

  it('prints one event a line with --json, and nothing else', async () => {
    const one = await program(search)
    for (const last of ['stage-finished', 'stage-cached']) {
      const { stdout } = await one.run('run', 'toy.yaml', '--json')
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as RunEvent)
      expect(events[0]).toMatchObject({ type: 'run-started', run: one.records()[0], command: 'assay run toy.yaml' })
      expect(events.at(-2)).toMatchObject({ type: last, stage: 'find' })
      expect(events.at(-1)).toMatchObject({ type: 'run-finished', outcome: 'ok' })
    }
  })

  it('runs a stage again with --fresh, and refuses a name that is no stage', async () => {
    const one = await program(search)
    await one.run('run', 'toy.yaml')
    expect((await one.run('run', 'toy.yaml', '--fresh', 'a')).code).toBe(0)
    expect(one.log()).toEqual(['ran', 'ran'])
    const wrong = await one.run('run', 'toy.yaml', '--fresh', 'fnd')
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toMatch(/there is no such stage\n {2}help: did you mean find\?/)
  })

  it('repairs a damaged store and says so', async () => {
    const one = await program(search)
    await one.run('run', 'toy.yaml')
    const before = one.digests()
    for (const blob of filesBelow(join(one.folder, '.assay', 'v1', 'blobs'))) truncateSync(blob, 1)
    const { code, stdout } = await one.run('run', 'toy.yaml', '--json')
    expect(code).toBe(0)
    expect(stdout).toMatch(/"because":"output model: a stored file was changed or damaged/)
    expect(one.digests()).toEqual(before)
    expect((await one.run('run', 'toy.yaml', '--verify')).stdout).toMatch(/nothing had to run/)
  })
})

describe('what goes wrong', () => {
  it.each([
    ['exit', /its process ended by itself with exit code 7/],
    ['signal', /its process was killed by SIGSEGV/],
    ['stage-error', /the model is broken[^]*give another one/],
    ['nan', /output number is the number NaN/],
  ])('in a stage (%s) ends with 1 after the rest was done', async (how, message) => {
    const one = await program(`
  bad: { use: toy-fault, with: { how: ${how} } }
  after: { use: toy-chain, with: { steps: 1, start: bad } }
  other: { use: toy-number, with: { value: 1, log: log } }
`)
    const { code, stdout, stderr } = await one.run('run', 'toy.yaml')
    expect(code).toBe(1)
    expect(stdout + stderr).toMatch(message)
    expect(stdout + stderr).not.toMatch(/^\s+at /m)
    expect(one.log()).toEqual(['ran'])
    const { stages } = one.lastState()
    expect(['bad', 'after', 'other'].map((id) => stages.get(id)?.status)).toEqual(['failed', 'skipped', 'finished'])
    expect(one.processes()).toEqual([])
  })

  it.each([
    ['an unknown kind', '  a: { use: toy-nmber, with: { value: 1 } }\n', /toy-nmber/],
    ['a missing file', '  text: { use: toy-text, with: { from: ./absent.txt } }\n', /absent\.txt/],
    ['a parameter out of range', '  chain: { use: toy-chain, with: { steps: 0 } }\n', /steps/],
  ])('in the pipeline (%s) ends with 2 before anything ran', async (_name, stages, message) => {
    const one = await program(stages)
    const { code, stderr } = await one.run('run', 'toy.yaml')
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(existsSync(join(one.folder, '.assay'))).toBe(false)
    expect(one.records()).toEqual([])
  })

  it('on disk ends with 2 and says what to do', async () => {
    const one = await program(search)
    writeFileSync(join(one.folder, 'taken'), 'a file, not a folder')
    const { code, stderr } = await one.run('run', 'toy.yaml', '--store', 'taken')
    expect(code).toBe(2)
    expect(stderr).toMatch(/taken[^]*--store and --runs name other folders/)
  })

  it('on the command line ends with 2', async () => {
    const one = await program(search)
    for (const args of [
      ['run', 'absent.yaml'],
      ['run', 'toy.yaml', '--concurrency', 'many'],
      ['run', 'toy.yaml', '--concurrency', '0'],
      ['run'],
    ]) {
      expect(await one.run(...args)).toMatchObject({ code: 2, stdout: '' })
    }
  })
})
