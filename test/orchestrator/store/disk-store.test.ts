import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOfBytes } from '../../../src/base/digest.ts'
import { DigestIndex } from '../../../src/orchestrator/store/digest-index.ts'
import { DiskStore } from '../../../src/orchestrator/store/disk-store.ts'
import { StoreLayout } from '../../../src/orchestrator/store/layout.ts'
import type { ActionResult } from '../../../src/orchestrator/store/store.ts'
import { stageKey, type KeyRecord } from '../../../src/orchestrator/stage-key.ts'
import { valueArtifact } from '../../../src/orchestrator/value-artifact.ts'
import type { FileArtifact } from '../../../src/stage/artifact.ts'
import { cleanFolders, temporaryFolder } from '../../rig/orchestrator-rig.ts'
import { storeContract } from '../../rig/orchestrator-store-contract.ts'

afterEach(cleanFolders)

const open = (root: string, verify = false): DiskStore => {
  const layout = new StoreLayout(root)
  return new DiskStore({ layout, index: new DigestIndex(layout.index), verify })
}

storeContract('a disk store', () => {
  const root = temporaryFolder()
  return { reopen: () => open(root) }
})

const record: KeyRecord = { format: 1, kind: 'k', version: 1, params: {}, inputs: {}, runtime: {} }
const key = stageKey(record)

describe('a disk store on a real disk', () => {
  let root: string
  let layout: StoreLayout
  let artifact: FileArtifact
  const blob = (): string => layout.blob(digestOfBytes('weights'))

  beforeEach(async () => {
    root = temporaryFolder()
    layout = new StoreLayout(root)
    artifact = await publish(open(root))
  })

  async function publish(store: DiskStore): Promise<FileArtifact> {
    const place = store.openWorkplace(key)
    mkdirSync(join(place.out, 'model', 'deep'), { recursive: true })
    writeFileSync(join(place.out, 'model', 'weights.bin'), 'weights')
    writeFileSync(join(place.out, 'model', 'deep', 'same.bin'), 'weights')
    const model = await store.publishFiles({ path: join(place.out, 'model'), type: 'model', durable: true })
    const action: ActionResult = {
      key,
      record,
      stage: 's',
      outputs: { model, n: valueArtifact('number', 1) },
      seconds: 1,
    }
    await store.publish(action)
    store.closeWorkplace(key, place, false)
    store.close()
    return model
  }

  it('stores equal files once, read-only', () => {
    expect(statSync(blob()).mode & 0o222).toBe(0)
    const blobs = readdirSync(join(root, 'v1', 'blobs'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    expect(blobs).toHaveLength(1)
  })

  it('links folders instead of copying them', async () => {
    const path = await open(root).materialise(artifact)
    expect(statSync(join(path, 'deep', 'same.bin')).ino).toBe(statSync(blob()).ino)
  })

  it('leaves nothing in tmp and scratch', () => {
    expect(readdirSync(layout.temporary)).toEqual([])
    expect(readdirSync(join(root, 'scratch'))).toEqual([])
  })

  const damages: readonly [string, () => void, RegExp][] = [
    [
      'a missing file',
      () => {
        rmSync(blob())
      },
      /output model: a stored file is missing \(deep\/same\.bin\)/,
    ],
    [
      'a truncated file',
      () => {
        truncateSync(blob(), 3)
      },
      /a stored file was changed or damaged/,
    ],
    [
      'an appended file',
      () => {
        chmodSync(blob(), 0o644)
        appendFileSync(blob(), '!')
      },
      /changed or damaged/,
    ],
    [
      'one changed byte with size and modification time kept',
      () => {
        changeByte(blob())
      },
      /changed or damaged/,
    ],
    [
      'an empty list of files',
      () => {
        writeFileSync(layout.manifest(artifact.digest), '')
      },
      /the list of its files is missing or damaged/,
    ],
    [
      'a list of files of something else',
      () => {
        writeFileSync(layout.manifest(artifact.digest), '{"version":1,"kind":"folder","files":[]}')
      },
      /the list of its files/,
    ],
    [
      'a half-written result',
      () => {
        truncateSync(layout.action(key), 40)
      },
      /its stored result is damaged/,
    ],
    [
      'an edited result',
      () => {
        const path = layout.action(key)
        writeFileSync(path, readFileSync(path, 'utf8').replace('"seconds":1', '"seconds":2'))
      },
      /its stored result is damaged/,
    ],
  ]
  it.each(damages)('notices %s, and is healed by the next publish', async (_name, damage, what) => {
    damage()
    const store = open(root)
    const lookup = await store.lookup(key)
    expect(lookup.found).toBe('corrupt')
    expect(lookup.found === 'corrupt' && lookup.what).toMatch(what)
    await publish(store)
    const healed = open(root)
    expect((await healed.lookup(key)).found).toBe('hit')
    const path = await healed.materialise(artifact)
    expect(readFileSync(join(path, 'deep', 'same.bin'), 'utf8')).toBe('weights')
  })

  it('mends a folder of links that was tampered with', async () => {
    const tree = await open(root).materialise(artifact)
    rmSync(join(tree, 'weights.bin'))
    writeFileSync(join(tree, 'weights.bin'), 'WEIGHTS')
    const path = await open(root).materialise(artifact)
    expect(readFileSync(join(path, 'weights.bin'), 'utf8')).toBe('weights')
  })

  it('does not read unchanged files again, unless told to verify', async () => {
    const index = new DigestIndex(layout.index)
    const text = JSON.parse(readFileSync(layout.index, 'utf8')) as { entries: [string, string[]][] }
    const entry = text.entries.find(([path]) => path === blob())
    expect(entry).toBeDefined()
    entry?.[1].splice(4, 1, digestOfBytes('a lie that only reading the file would expose'))
    writeFileSync(layout.index, JSON.stringify(text))
    expect((await new DigestIndex(layout.index).digestOf(blob())).digest).not.toBe(digestOfBytes('weights'))
    expect((await index.digestOf(blob())).digest).toBe(digestOfBytes('weights'))
    expect((await open(root, true).lookup(key)).found).toBe('hit')
  })

  it('refuses links in an output', async () => {
    const store = open(root)
    const { out } = store.openWorkplace(key)
    symlinkSync('/etc/passwd', join(out, 'link'))
    await expect(store.publishFiles({ path: out, type: 'model', durable: false })).rejects.toThrow(
      /links and devices cannot be stored/,
    )
  })

  it('does not make a file read-only that a stage hard-linked from elsewhere', async () => {
    const store = open(root)
    const mine = join(root, 'mine.txt')
    writeFileSync(mine, 'mine')
    const { out } = store.openWorkplace(key)
    linkSync(mine, join(out, 'file'))
    const file = await store.publishFiles({ path: join(out, 'file'), type: 'text', durable: false })
    expect(statSync(mine).mode & 0o200).toBe(0o200)
    expect(statSync(await store.materialise(file)).ino).not.toBe(statSync(mine).ino)
  })

  /** Puts a whole second first: finer times cannot be put back exactly. */
  function changeByte(path: string): void {
    utimesSync(path, 1e9, 1e9)
    const index = new DigestIndex(layout.index)
    index.note(path, digestOfBytes('weights'), true)
    index.save()
    chmodSync(path, 0o644)
    const bytes = readFileSync(path)
    bytes[2] = bytes.readUInt8(2) ^ 1
    writeFileSync(path, bytes)
    utimesSync(path, 1e9, 1e9)
    chmodSync(path, 0o444)
  }
})
