import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalog } from '../../../src/lab/index.ts'
import { runInProcess } from '../../rig/fake-host.ts'

let cwd = ''
const scripts = new Map<string, string>()
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-completion-'))
  for (const name of ['one.yaml', 'two.yml', 'notes.txt', 'with space.yaml']) writeFileSync(join(cwd, name), '')
  mkdirSync(join(cwd, 'folder'))
  mkdirSync(join(cwd, 'runs/2026-11-22-184857-study'), { recursive: true })
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const { stdout } = await runInProcess(['completion', shell])
    scripts.set(shell, join(cwd, `.completion.${shell}`))
    writeFileSync(join(cwd, `.completion.${shell}`), stdout)
  }
})
afterAll(() => {
  rmSync(cwd, { recursive: true })
})

/** What bash offers for the last word, as readline calls the function, which cuts a line at = too. */
async function inBash(line: string): Promise<string> {
  const call = [
    `source ${scripts.get('bash') ?? ''}`,
    'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _assay',
    '[[ ${#COMPREPLY[@]} -eq 0 ]] || printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n')
  const words = line.split(' ').flatMap((word) => word.split(/(?<=[^=])(?==)|(?<==)(?=[^=])/))
  return (await execa('bash', ['--norc', '-c', call, 'bash', ...words], { cwd })).stdout
}

const inZsh = async (line: string): Promise<string> =>
  (
    await execa('zsh', ['-f', join(import.meta.dirname, 'zsh-offered.zsh'), scripts.get('zsh') ?? '', line], {
      cwd,
      timeout: 30_000,
    })
  ).stdout

const inFish = async (line: string): Promise<string> =>
  (await execa('fish', ['-N', '-c', `source ${scripts.get('fish') ?? ''}; complete -C "${line}"`], { cwd })).stdout

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0
const shells = [
  ['bash', inBash],
  ...(has('zsh') ? [['zsh', inZsh] as const] : []),
  ...(has('fish') ? [['fish', inFish] as const] : []),
] as const

describe.each(shells)('completion in %s', (shell, complete) => {
  /** Each once, in order, without descriptions and without the sign that a folder ends with. */
  const offered = async (line: string): Promise<string[]> => {
    const rows = (await complete(line)).split('\n').map((row) => (row.split('\t')[0] ?? '').replace(/\/$/, ''))
    return [...new Set(rows.filter((row) => row !== ''))].sort()
  }
  it('offers the commands', async () => {
    const commands = await offered('assay ')
    expect(commands).toEqual(expect.arrayContaining(['check', 'fmt', 'init', 'kinds', 'plan', 'run']))
    expect(commands).not.toContain('exec-stage')
    expect(await offered('assay pl')).toEqual(['plan'])
    expect(await offered('assay --ver')).toEqual(['--version'])
  })
  it('offers the options of a command, and the values of an option', async () => {
    expect(await offered('assay fmt --')).toEqual(['--check', '--help', '--stdout'])
    expect(await offered('assay check --format t')).toEqual(['text'])
    expect((await offered('assay check --format=js')).map((row) => row.replace(/^--format=/, ''))).toEqual(['json'])
    expect(await offered('assay run --store fo')).toEqual(['folder'])
    expect(await offered('assay run -p draws=3 --pla')).toEqual(['--plain'])
  })
  it('offers every kind after kinds, and every code after explain', async () => {
    expect(await offered('assay kinds ')).toEqual(catalog.names().sort())
    expect(await offered('assay kinds natural')).toEqual(['natural-scale'])
    expect(await offered('assay explain no-c')).toEqual(['no-conflict-markers', 'no-cycles'])
  })
  it('offers pipeline files and folders, and to check many of them', async () => {
    expect(await offered('assay run ')).toEqual(expect.arrayContaining(['one.yaml', 'two.yml', 'with space.yaml']))
    expect(await offered('assay run ')).not.toContain('notes.txt')
    expect(await offered('assay check one.yaml tw')).toEqual(['two.yml'])
    expect(await offered('assay run --plain o')).toEqual(['one.yaml'])
    expect(await offered('assay run --store folder o')).toEqual(['one.yaml'])
    expect(await offered('assay run -p draws=3 o')).toEqual(['one.yaml'])
  })
  it('offers runs to watch and to report', async () => {
    expect(await offered('assay watch 20')).toEqual(['2026-11-22-184857-study'])
    expect(await offered('assay report 20')).toEqual(['2026-11-22-184857-study'])
  })
  it('offers shells, commands and actions where those are wanted', async () => {
    expect(await offered('assay completion ')).toEqual(['bash', 'fish', 'zsh'])
    expect(await offered('assay help ru')).toEqual(['run'])
    expect(await offered('assay model ins')).toEqual(['inspect'])
  })
  it('offers nothing where anything may stand', async () => {
    if (shell === 'bash') expect(await offered('assay run one.yaml ')).toEqual([])
    expect(await offered('assay run --concurrency ')).toEqual([])
  })
})

describe('assay completion', () => {
  it.each(['zsh', 'fish'])('gives %s the same commands, options and kinds', async (shell) => {
    const { stdout } = await runInProcess(['completion', shell])
    for (const word of ['check', 'watch', 'format', 'natural-scale', 'text']) expect(stdout).toContain(word)
    expect(stdout).not.toContain('exec-stage')
  })
  it('refuses another shell', async () => {
    const { code, stderr } = await runInProcess(['completion', 'tcsh'])
    expect(code).toBe(2)
    expect(stderr).toContain('Allowed choices are bash, zsh, fish')
  })
})
