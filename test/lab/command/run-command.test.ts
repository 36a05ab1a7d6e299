import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { PlannedCommand } from '../../../src/compiler/plan.ts'
import { cleanFolders, factsOf, planOf, runToy, temporaryFolder, type StageSketch } from '../../rig/orchestrator-rig.ts'

afterEach(cleanFolders)

const commandOf = (
  run: PlannedCommand['run'] | string,
  outputs: PlannedCommand['outputs'] = {},
  others: Partial<StageSketch> = {},
): StageSketch => ({
  use: 'command',
  command: { run: typeof run === 'string' ? [{ text: run }] : run, outputs, env: {} },
  ...others,
})
/** As `ps` has it: one that was killed but not yet buried is Z. */
const stateOf = (pid: number): string =>
  spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
    .stdout.toString()
    .trim()
const record = { answer: { path: 'answer.json', type: 'record' } } as const

describe('a command stage', () => {
  it('gets the paths of files and the values of numbers, and gives what it wrote', async () => {
    const folder = temporaryFolder()
    const odd = join(folder, 'it\'s $HOME "a" b.txt')
    writeFileSync(odd, 'text')
    const plan = planOf({
      two: { use: 'toy-number', with: { value: 2 } },
      mine: commandOf(
        [
          { text: 'cat ' },
          { input: 'file' },
          { text: ' > out/text.txt; printf \'{"n": ' },
          { input: 'two' },
          { text: ', "file": "%s"}\' "' },
          { input: 'file' },
          { text: '" | sed s,\\",\\",g > ' },
          { output: 'answer' },
          { text: '; echo {} > ' },
          { output: 'answer' },
        ],
        { answer: record.answer, copy: { path: 'out/text.txt', type: 'text' } },
        { inputs: { file: { path: odd }, two: { stage: 'two', output: 'number' } } },
      ),
      after: { use: 'toy-text', inputs: { from: { stage: 'mine', output: 'copy' } } },
    })
    const run = await runToy(folder, plan)
    expect(factsOf(run, 'stage-failed')).toEqual([])
    expect(factsOf(run, 'stage-finished').find(({ stage }) => stage === 'after')?.outputs['length']).toMatchObject({
      value: 4,
    })
    expect((await runToy(folder, plan)).ran).toEqual([])
  })

  it('finds the user’s files among its inputs by their names, but for one that it is to make', async () => {
    const folder = temporaryFolder()
    for (const name of ['probe.sh', 'answer.json']) writeFileSync(join(folder, name), `echo '{"of": "${name}"}'`)
    const inputs = { script: { path: join(folder, 'probe.sh') }, other: { path: join(folder, 'answer.json') } }
    const mine = commandOf('sh probe.sh > answer.json', { answer: record.answer }, { inputs })
    const run = await runToy(folder, planOf({ mine }))
    expect(factsOf(run, 'stage-finished')[0]?.outputs['answer']).toMatchObject({ value: { of: 'probe.sh' } })
    expect(readFileSync(join(folder, 'answer.json'), 'utf8')).toContain('echo')
  })

  it('runs again when its text, an input file, an output or a declared variable changes, and says which', async () => {
    const folder = temporaryFolder()
    const script = join(folder, 'script.sh')
    writeFileSync(script, 'echo 1 > "$1"')
    const of = (command: Partial<PlannedCommand>): ReturnType<typeof planOf> =>
      planOf({
        mine: {
          use: 'command',
          inputs: { script: { path: script } },
          command: {
            run: [{ text: 'sh ' }, { input: 'script' }, { text: ' ' }, { output: 'answer' }],
            outputs: record,
            env: {},
            ...command,
          },
        },
      })
    const because = async (plan: ReturnType<typeof planOf>): Promise<string | undefined> =>
      factsOf(await runToy(folder, plan), 'stage-started')[0]?.because
    expect(await because(of({}))).toBe('never ran')
    expect(await because(of({}))).toBeUndefined()
    expect(await because(of({ env: { N: { value: '2' } } }))).toBe('env.N unset → "2"')
    writeFileSync(script, 'echo 22 > "$1"')
    expect(await because(of({ env: { N: { value: '2' } } }))).toBe('input script changed: file edited')
  })

  it('starts in an empty folder with its variables set', async () => {
    const run = await runToy(
      temporaryFolder(),
      planOf({
        mine: {
          use: 'command',
          command: {
            run: [
              { text: 'test -z "$(ls)" && echo "[\\"$COLOUR\\", \\"' },
              { value: { value: 'a b' } },
              { text: '\\"]" > answer.json' },
            ],
            outputs: record,
            env: { COLOUR: { value: 'blue' } },
          },
        },
      }),
    )
    expect(factsOf(run, 'stage-finished')[0]?.outputs['answer']).toMatchObject({ value: ['blue', 'a b'] })
  })

  it.each([
    ['echo to stderr >&2; exit 3', {}, { reason: 'exit', code: 3, message: 'its command failed', said: 'to stderr' }],
    ['kill -SEGV $$', {}, { reason: 'signal', signal: 'SIGSEGV', message: 'its command was killed by SIGSEGV' }],
    ['true', record, { reason: 'stage-threw', message: /answer \(answer\.json\) is not there/ }],
    ['echo [1,NaN] > answer.json', record, { reason: 'stage-threw', help: /NaN/ }],
    ['echo \'"x"\' > n', { n: { path: 'n', type: 'number' } }, { message: /must be a number, but is the text "x"/ }],
    ['echo \'{"a": "b"}\' > m', { m: { path: 'm', type: 'metrics' } }, { message: /a must be a number/ }],
    ['mkdir m', { m: { path: 'm', type: 'model' } }, { message: /is no model: it has no config\.json/ }],
    ['echo > m', { m: { path: 'm', type: 'dataset' } }, { message: /is a file, but a dataset is a folder/ }],
    ['mkdir t', { t: { path: 't', type: 'text' } }, { message: /is a folder, but a text is a single file/ }],
    ['ln -s /etc/passwd t', { t: { path: 't', type: 'text' } }, { message: /link/ }],
  ] as const)('says what went wrong with `%s`', async (run, outputs, failure) => {
    const { outcome, facts } = await runToy(temporaryFolder(), planOf({ mine: commandOf(run, outputs) }))
    expect(outcome).toBe('failed')
    const failed = facts.find((fact) => fact.type === 'stage-failed')
    for (const [key, value] of Object.entries(failure)) {
      const found = (failed?.failure as Record<string, unknown>)[key]
      if (value instanceof RegExp) expect(found).toMatch(value)
      else expect(found).toBe(value)
    }
  })

  it('takes metrics as plain numbers', async () => {
    const run = await runToy(
      temporaryFolder(),
      planOf({ mine: commandOf('echo \'{"accuracy": 0.5}\' > m', { m: { path: 'm', type: 'metrics' } }) }),
    )
    expect(factsOf(run, 'stage-finished')[0]?.outputs['m']).toMatchObject({
      value: { metrics: { accuracy: { unit: 'dimensionless', values: [[0.5]], items: 1 } } },
    })
  })

  it('ends the whole process group at its timeout, and tries again after a pause', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'state'))
    const pids = join(folder, 'state', 'pids')
    const run = await runToy(
      folder,
      planOf({
        mine: commandOf(
          `sleep 60 & echo $! >> ${pids}; wait`,
          {},
          {
            timeout: 0.2,
            retry: { attempts: 2, backoff: 'exponential', delay: 0.01 },
          },
        ),
      }),
    )
    expect(factsOf(run, 'stage-retried')).toMatchObject([{ attempt: 2, attempts: 2, pause: 0.01 }])
    expect(factsOf(run, 'stage-failed')[0]?.failure).toMatchObject({ reason: 'timeout', seconds: 0.2 })
    expect(factsOf(run, 'stage-started').map(({ because }) => because)).toEqual(['never ran', 'attempt 2 of 2'])
    const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number)
    expect(started).toHaveLength(2)
    for (const pid of started) expect(stateOf(pid)).not.toMatch(/^[RSD]/)
  })

  it('succeeds at a later attempt, in a fresh folder', async () => {
    const folder = temporaryFolder()
    const count = join(folder, 'count')
    const run = await runToy(
      folder,
      planOf({
        mine: commandOf(
          `test -e leftover && exit 9; touch leftover; echo x >> ${count}; [ $(wc -l < ${count}) = 3 ]`,
          {},
          {
            retry: { attempts: 3, backoff: 'none', delay: 0 },
          },
        ),
      }),
    )
    expect(run.outcome).toBe('ok')
    expect(factsOf(run, 'stage-retried').map(({ failure }) => failure.reason)).toEqual(['exit', 'exit'])
  })

  it('does not try again what cannot pass', async () => {
    const run = await runToy(
      temporaryFolder(),
      planOf({ mine: commandOf('true', record, { retry: { attempts: 3, backoff: 'none', delay: 0 } }) }),
    )
    expect(run.ran).toHaveLength(1)
  })
})
