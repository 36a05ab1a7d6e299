import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PathArtifacts } from '../../src/orchestrator/path-artifacts.ts'
import { DigestIndex } from '../../src/orchestrator/store/digest-index.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

let folder: string
let paths: PathArtifacts
beforeEach(() => {
  folder = temporaryFolder()
  paths = new PathArtifacts(new DigestIndex(join(folder, 'index.json')))
})
afterEach(cleanFolders)

const write = (path: string, text: string): string => {
  const full = join(folder, path)
  mkdirSync(join(full, '..'), { recursive: true })
  writeFileSync(full, text)
  return full
}
const digest = async (path: string): Promise<string> => (await paths.describe(path)).digest

describe("a path of the user's", () => {
  it('is known by content and extension, not by place', async () => {
    const one = await paths.describe(write('a/one.txt', 'same'))
    expect(one).toMatchObject({ type: 'path', bytes: 4 })
    expect(await digest(write('b/two.txt', 'same'))).toBe(one.digest)
    expect(await digest(write('b/two.onnx', 'same'))).not.toBe(one.digest)
    expect(await digest(write('a/one.txt', 'Same'))).not.toBe(one.digest)
  })

  it('may be a folder, known by all its files', async () => {
    write('m/config.json', '{}')
    write('m/deep/weights', 'w')
    const before = await digest(join(folder, 'm'))
    write('n/config.json', '{}')
    write('n/deep/weights', 'w')
    expect(await digest(join(folder, 'n'))).toBe(before)
    write('n/extra', '')
    expect(await digest(join(folder, 'n'))).not.toBe(before)
  })

  it('may be or hold a link', async () => {
    const blob = write('blobs/abc', 'weights')
    mkdirSync(join(folder, 'model'))
    symlinkSync(blob, join(folder, 'model', 'weights'))
    symlinkSync(join(folder, 'model'), join(folder, 'latest'))
    write('copy/weights', 'weights')
    expect(await digest(join(folder, 'latest'))).toBe(await digest(join(folder, 'copy')))
  })

  it('is found again by its digest', async () => {
    const file = write('x.txt', 'x')
    const { digest: known } = await paths.describe(file)
    expect(paths.pathOf(known)).toBe(file)
    expect(paths.pathOf('sha256:0')).toBeUndefined()
  })

  it('that is missing, circular or a device is refused', async () => {
    await expect(paths.describe(join(folder, 'absent'))).rejects.toThrow(/ENOENT/)
    await expect(paths.describe('/dev/null')).rejects.toThrow(/neither a file nor a folder/)
    mkdirSync(join(folder, 'loop'))
    symlinkSync(join(folder, 'loop'), join(folder, 'loop', 'again'))
    await expect(paths.describe(join(folder, 'loop'))).rejects.toThrow(/circle|ELOOP/)
  })
})
