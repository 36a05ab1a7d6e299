import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Program } from '../rig/orchestrator-program.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

describe('assay export', () => {
  let one: Program
  beforeAll(async () => {
    const stages =
      '  a: { use: toy-number, with: { value: 7 } }\n  words: { use: toy-text, with: { from: ./hello.txt } }\n'
    one = await Program.create(temporaryFolder(), `assay: 1\nname: toy\nstages:\n${stages}`)
    writeFileSync(join(one.folder, 'hello.txt'), 'hello')
    expect(await one.run('run', 'toy.yaml')).toMatchObject({ code: 0 })
  })
  afterAll(() => {
    one.endAll()
    cleanFolders()
  })
  const textOf = (file: string): string => readFileSync(join(one.folder, file), 'utf8')

  it('writes a value as JSON', async () => {
    expect(await one.run('export', 'a', 'seven.json')).toMatchObject({ code: 0, stdout: 'seven.json\n' })
    expect(textOf('seven.json')).toBe('7\n')
  })

  it('copies a file that the user may then change', async () => {
    expect(await one.run('export', 'words.text', 'words.txt')).toMatchObject({ code: 0 })
    expect(textOf('words.txt')).toBe('HELLO')
    accessSync(join(one.folder, 'words.txt'), constants.W_OK)
  })

  it('never overwrites', async () => {
    const { code, stderr } = await one.run('export', 'a', 'hello.txt')
    expect([code, textOf('hello.txt')]).toEqual([2, 'hello'])
    expect(stderr).toContain('hello.txt exists already')
  })

  it('says which stages and outputs there are', async () => {
    const stage = await one.run('export', 'b', 'x')
    expect([stage.code, stage.stderr]).toEqual([2, expect.stringMatching(/no finished stage b[^]*it has a, words/)])
    const output = await one.run('export', 'words', 'x')
    expect([output.code, output.stderr]).toEqual([
      2,
      expect.stringMatching(/which output of words[^]*words\.text, words\.length/),
    ])
  })
})
