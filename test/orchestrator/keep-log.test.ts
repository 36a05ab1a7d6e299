import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { keepLog } from '../../src/orchestrator/keep-log.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

afterEach(cleanFolders)

describe('the log of a command', () => {
  const kept = (text: string | undefined, attempts = 1): string | undefined => {
    const root = temporaryFolder()
    const [file, folder] = [join(root, 'log'), join(root, 'runs', 'r')]
    if (text !== undefined) writeFileSync(file, text.replaceAll('ROOT', root))
    for (let attempt = 1; attempt <= attempts; attempt++)
      keepLog({ folder, root, stage: 'sub/probe@x=1', attempt }, file)
    const path = join(folder, 'logs', 'sub', 'probe@x=1.log')
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }

  it('is kept without the place of the project, attempt after attempt', () => {
    expect(kept('reading ROOT/a.txt\n')).toBe('reading a.txt\n')
    expect(kept('x\n', 2)).toBe('x\n\n--- attempt 2 ---\nx\n')
  })
  it('is not there where nothing was said, or nothing began', () => {
    expect(kept('')).toBeUndefined()
    expect(kept(undefined)).toBeUndefined()
  })
  it('is cut at the front where it is long', () => {
    const text = kept(`start${'x'.repeat(300_000)}end`)
    expect(text).toMatch(/^… \(\d+ bytes before this are left out\)\nx+end$/)
    expect(text?.length).toBeLessThan(263_000)
  })
})
