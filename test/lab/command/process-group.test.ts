import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runGroup } from '../../../src/lab/command/process-group.ts'

/** As `ps` has it; one that was killed but not yet buried is Z. */
const runs = (pid: number): boolean =>
  /^[RSD]/.test(
    spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .stdout.toString()
      .trim(),
  )
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(10)
}

describe('a process group', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-group-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })
  const run = (text: string, signal = new AbortController().signal): ReturnType<typeof runGroup> =>
    runGroup(text, { cwd: folder, env: process.env, log: openSync(join(folder, 'log'), 'a'), signal })
  const pidIn = (name: string): number => Number(readFileSync(join(folder, name), 'utf8'))

  it('leaves nothing running behind a command that ended', async () => {
    expect(await run('sleep 60 & echo $! > pid; echo said')).toEqual({ code: 0 })
    await until(() => !runs(pidIn('pid')))
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('said\n')
  })

  it('kills what does not listen', async () => {
    const stop = new AbortController()
    const ended = run("trap '' TERM; echo > ready; while :; do sleep 0.05; done", stop.signal)
    await until(() => existsSync(join(folder, 'ready')))
    stop.abort()
    expect(await ended).toEqual({ signal: 'SIGKILL' })
  })

  it('dies with the process that started it, even when that is killed', async () => {
    const module = join(import.meta.dirname, '../../../src/lab/command/process-group.ts')
    const program = `const { runGroup } = await import(${JSON.stringify(module)})
      await runGroup('echo $$ > pid; sleep 60', { cwd: ${JSON.stringify(folder)}, env: process.env, log: 1, signal: new AbortController().signal })`
    const parent = spawn(process.execPath, [
      '--import',
      import.meta.resolve('tsx'),
      '--input-type=module',
      '-e',
      program,
    ])
    await until(() => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8') !== '')
    const pid = pidIn('pid')
    expect(runs(pid)).toBe(true)
    parent.kill('SIGKILL')
    await until(() => !runs(pid))
  })
})
