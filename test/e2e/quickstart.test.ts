import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../house/files-below.ts'

/** What the answer must speak of: each is a line of its own. */
const parts = ['scale', 'measured', 'melted', 'natural', 'sampler']

describe('pipelines/quickstart.yaml, for real', () => {
  let folder = ''
  const run = () => {
    const places = ['--store', path.join(folder, 'store'), '--runs', path.join(folder, 'runs')]
    const args = [path.join(root, 'bin/assay.js'), 'run', 'pipelines/quickstart.yaml', '--plain', ...places]
    return execa('node', args, { cwd: root, reject: false, env: { NO_COLOR: '1' } })
  }
  /** The printed answer: from the claim to the blank line after its parts. */
  const answerOf = (text: string): string => /^accuracy >= 0\.95 [^]*?\n\n/m.exec(text)?.[0] ?? `no answer in:\n${text}`

  let first: Awaited<ReturnType<typeof run>>
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-quickstart-'))
    first = await run()
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('ends with a scale at which the claim holds, and says what it rests on', () => {
    expect(first.exitCode, first.stderr).toBe(0)
    const answer = answerOf(first.stdout)
    expect(answer).toMatch(/^accuracy >= 0\.95 holds up to loss \d\.\d+ nats\/token/)
    expect(parts.filter((part) => !new RegExp(`^ +${part} `, 'm').test(answer))).toEqual([])
    expect(answer).toMatch(/sampler +healthy/)
  })
  it('finds that facts melt before the algorithm', () => {
    const [, accuracy, facts] = /measured +accuracy ([\d.]+) %[^]*melted +facts ([\d.]+) %/.exec(
      answerOf(first.stdout),
    )!
    expect(Number(accuracy)).toBeGreaterThanOrEqual(95)
    expect(Number(facts)).toBeLessThan(Number(accuracy) - 10)
  })
  it('leaves a record with its report', async () => {
    const [id] = await readdir(path.join(folder, 'runs'))
    expect(await readdir(path.join(folder, 'runs', id!))).toEqual(expect.arrayContaining(['events.jsonl', 'plan.json']))
    expect(await readFile(path.join(folder, 'runs', id!, 'report.html'), 'utf8')).toContain('<svg')
  })
  it('runs nothing again, and says the same', async () => {
    const again = await run()
    expect(again.exitCode, again.stderr).toBe(0)
    expect(answerOf(again.stdout)).toBe(answerOf(first.stdout))
    expect(again.stdout).not.toMatch(/\d+ finished/)
  })
})
