import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeFolder } from '../../src/orchestrator/make-folder.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

afterEach(cleanFolders)

describe('makeFolder', () => {
  it('makes a folder and those above it, and leaves one that is there', () => {
    const folder = join(temporaryFolder(), 'a/b/c')
    makeFolder(folder)
    makeFolder(folder)
    expect(existsSync(folder)).toBe(true)
  })
  it('ends with an error where a file is in the way', () => {
    const root = temporaryFolder()
    writeFileSync(join(root, 'file'), '')
    expect(() => {
      makeFolder(join(root, 'file/a/b'))
    }).toThrow(/EEXIST|ENOTDIR/)
    expect(() => {
      makeFolder(join(root, 'file'))
    }).toThrow('EEXIST')
  })
  it('ends with an error where nothing can be made', () => {
    expect(() => {
      makeFolder('/proc/a/b')
    }).toThrow('ENOENT')
  })
})
