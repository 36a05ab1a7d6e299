import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalog } from '../../../src/lab/index.ts'
import { runInProcess } from '../../rig/fake-host.ts'

let cwd = ''
let script = ''
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-completion-'))
  for (const name of ['one.yaml', 'two.yml', 'notes.txt', 'with space.yaml']) writeFileSync(join(cwd, name), '')
  mkdirSync(join(cwd, 'folder'))
  script = (await runInProcess(['completion', 'bash'])).stdout
})
afterAll(() => {
  rmSync(cwd, { recursive: true })
})

/** What bash offers for the last word, as readline calls the function. */
async function offered(...words: string[]): Promise<string[]> {
  const call = [
    script,
    'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _assay',
    '[[ ${#COMPREPLY[@]} -eq 0 ]] || printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n')
  const { stdout } = await execa('bash', ['--norc', '-c', call, 'bash', ...words], { cwd })
  return stdout === '' ? [] : stdout.split('\n').sort()
}

describe('completion in bash', () => {
  it('offers the commands', async () => {
    expect(await offered('assay', '')).toEqual(expect.arrayContaining(['check', 'fmt', 'init', 'kinds', 'plan', 'run']))
    expect(await offered('assay', '')).not.toContain('exec-stage')
    expect(await offered('assay', 'pl')).toEqual(['plan'])
    expect(await offered('assay', '--ver')).toEqual(['--version'])
  })
  it('offers the options of a command, and the values of an option', async () => {
    expect(await offered('assay', 'fmt', '--')).toEqual(['--check', '--help', '--stdout'])
    expect(await offered('assay', 'check', '--format', 't')).toEqual(['text'])
    // Readline cuts at the equals sign.
    expect(await offered('assay', 'check', '--format', '=', 'js')).toEqual(['json'])
    expect(await offered('assay', 'check', '--format', '=')).toContain('json')
    expect(await offered('assay', 'run', '--store', '')).toEqual(['folder'])
  })
  it('offers every kind after kinds, once', async () => {
    expect(await offered('assay', 'kinds', '')).toEqual(catalog.names().sort())
    expect(await offered('assay', 'kinds', 'ioi', '')).toEqual([])
  })
  it('offers pipeline files and folders, and to check many of them', async () => {
    expect(await offered('assay', 'run', '')).toEqual(['folder', 'one.yaml', 'two.yml', 'with space.yaml'])
    expect(await offered('assay', 'run', 'one.yaml', '')).toEqual([])
    expect(await offered('assay', 'check', 'one.yaml', 'tw')).toEqual(['two.yml'])
    expect(await offered('assay', 'run', '--plain', 'o')).toEqual(['one.yaml'])
  })
  it('offers shells and commands where those are wanted', async () => {
    expect(await offered('assay', 'completion', '')).toEqual(['bash', 'fish', 'zsh'])
    expect(await offered('assay', 'help', 'ru')).toEqual(['run'])
  })
})

describe('assay completion', () => {
  it.each(['zsh', 'fish'])('gives %s the same commands, options and kinds', async (shell) => {
    const { stdout } = await runInProcess(['completion', shell])
    for (const word of ['check', 'watch', 'format', 'natural-scale', 'text json'.split(' ')[0]!])
      expect(stdout).toContain(word)
    expect(stdout).not.toContain('exec-stage')
  })
  it('refuses another shell', async () => {
    const { code, stderr } = await runInProcess(['completion', 'tcsh'])
    expect(code).toBe(2)
    expect(stderr).toContain('Allowed choices are bash, zsh, fish')
  })
})
