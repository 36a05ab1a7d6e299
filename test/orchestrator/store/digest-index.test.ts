import { utimesSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOfBytes } from '../../../src/base/digest.ts'
import { DigestIndex } from '../../../src/orchestrator/store/digest-index.ts'
import { cleanFolders, temporaryFolder } from '../../rig/orchestrator-rig.ts'

let file: string
let saved: string
beforeEach(() => {
  const folder = temporaryFolder()
  file = join(folder, 'file')
  saved = join(folder, 'v1', 'index.json')
  writeFileSync(file, 'one')
})
afterEach(cleanFolders)

/** What the saved index holds, as a set of paths. */
const known = (): string[] =>
  (JSON.parse(readFileSync(saved, 'utf8')) as { entries: [string, unknown][] }).entries.map(([path]) => path)

describe('the index of digests', () => {
  it('gives digest and size', async () => {
    expect(await new DigestIndex(saved).digestOf(file)).toEqual({ digest: digestOfBytes('one'), bytes: 3 })
  })

  it('remembers a file that has rested, and not one that was just written', async () => {
    const index = new DigestIndex(saved)
    const fresh = join(file, '..', 'fresh')
    await sleep(150)
    await index.digestOf(file)
    writeFileSync(fresh, 'two')
    await index.digestOf(fresh)
    index.save()
    expect(known()).toEqual([file])
  })

  it('sees a change that keeps size and modification time', async () => {
    const first = new DigestIndex(saved)
    // A whole second: finer times cannot be put back exactly.
    utimesSync(file, 1e9, 1e9)
    await sleep(150)
    await first.digestOf(file)
    first.save()
    expect(known()).toEqual([file])
    writeFileSync(file, 'eno')
    utimesSync(file, 1e9, 1e9)
    expect(statSync(file).mtimeMs).toBe(1e12)
    expect((await new DigestIndex(saved).digestOf(file)).digest).toBe(digestOfBytes('eno'))
  })

  it('starts anew from a damaged file', async () => {
    const index = new DigestIndex(saved)
    index.note(file, digestOfBytes('one'), true)
    index.save()
    writeFileSync(saved, readFileSync(saved, 'utf8').slice(0, 30))
    expect((await new DigestIndex(saved).digestOf(file)).digest).toBe(digestOfBytes('one'))
  })

  it('does not trust over a restart of the machine what the disk may not have got', async () => {
    const index = new DigestIndex(saved)
    const lie = digestOfBytes('believed without reading')
    index.note(file, lie, false)
    index.save()
    expect((await new DigestIndex(saved).digestOf(file)).digest).toBe(lie)
    const text = JSON.parse(readFileSync(saved, 'utf8')) as { entries: [string, string[]][] }
    text.entries[0]?.[1].splice(5, 1, 'another-boot')
    writeFileSync(saved, JSON.stringify(text))
    expect((await new DigestIndex(saved).digestOf(file)).digest).toBe(digestOfBytes('one'))
  })
})
