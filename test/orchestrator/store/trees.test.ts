import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { Blobs } from '../../../src/orchestrator/store/blobs.ts'
import { DigestIndex } from '../../../src/orchestrator/store/digest-index.ts'
import { StoreLayout } from '../../../src/orchestrator/store/layout.ts'
import { hashFile } from '../../../src/orchestrator/store/hash-file.ts'
import { describeTree, manifestDigest } from '../../../src/orchestrator/store/manifest.ts'
import { Trees } from '../../../src/orchestrator/store/trees.ts'
import { cleanFolders, temporaryFolder } from '../../rig/orchestrator-rig.ts'

afterEach(cleanFolders)

/** Blobs whose checks take longer and longer, as on a busy disk. */
class SlowBlobs extends Blobs {
  #checks = 0
  override async check(...given: Parameters<Blobs['check']>): Promise<string | undefined> {
    await wait(20 * this.#checks++)
    return super.check(...given)
  }
}

test('a folder that a stage was given is not taken away for another stage that asked for it meanwhile', async () => {
  const root = temporaryFolder()
  const layout = new StoreLayout(root)
  const index = new DigestIndex(layout.index)
  const made = join(root, 'made')
  mkdirSync(made)
  mkdirSync(layout.temporary, { recursive: true })
  writeFileSync(join(made, 'weights.bin'), 'weights')
  const manifest = await describeTree(made, {
    digestOf: async (path) => ({ digest: await hashFile(path, 7), bytes: 7 }),
    links: 'refuse',
  })
  const digest = manifestDigest(manifest)
  await new Blobs(layout, index).put(join(made, 'weights.bin'), manifest.files[0]!.digest, false)
  const trees = new Trees({ layout, index, blobs: new SlowBlobs(layout, index) })
  trees.add(manifest, digest, false)

  const [first, ...others] = [trees.materialise(digest), trees.materialise(digest), trees.materialise(digest)]
  const given = statSync(await first).ino
  const paths = await Promise.all(others)
  expect(statSync(await first).ino).toBe(given)
  expect(paths.every((path) => existsSync(join(path, 'weights.bin')))).toBe(true)
})
