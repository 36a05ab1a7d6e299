import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/base/json.ts'
import { stageKey, type KeyRecord } from '../../src/orchestrator/stage-key.ts'
import type { ActionResult, Store } from '../../src/orchestrator/store/store.ts'
import { valueArtifact } from '../../src/orchestrator/value-artifact.ts'
import type { FileArtifact } from '../../src/stage/artifact.ts'

/** What every store owes its users. `make` gives an empty one; `reopen` is what another process would see. */
export function storeContract(name: string, make: () => { reopen(): Store }): void {
  const record = (params: JsonObject): KeyRecord => ({
    format: 1,
    kind: 'k',
    version: 1,
    params,
    inputs: {},
    runtime: {},
  })
  const action = (params: JsonObject, outputs: ActionResult['outputs']): ActionResult => ({
    key: stageKey(record(params)),
    record: record(params),
    stage: 's',
    outputs,
    seconds: 0,
  })
  const write = async (store: Store, files: Record<string, string>): Promise<FileArtifact> => {
    const key = stageKey(record({ files }))
    const place = store.openWorkplace(key)
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(place.out, path, '..'), { recursive: true })
      writeFileSync(join(place.out, path), text)
    }
    const artifact = await store.publishFiles({ path: place.out, type: 'model', durable: false })
    store.closeWorkplace(key, place, false)
    return artifact
  }

  describe(`${name} keeps the contract of stores`, () => {
    it('knows nothing at first', async () => {
      const store = make().reopen()
      expect(await store.lookup(stageKey(record({})))).toEqual({ found: 'nothing' })
      expect(store.history('k')).toEqual([])
    })

    it('gives a published result back, to this and to later users', async () => {
      const made = make()
      const store = made.reopen()
      const value = action({ a: 1 }, { n: valueArtifact('number', 3) })
      await store.publish(value)
      store.close()
      for (const each of [store, made.reopen()])
        expect(await each.lookup(value.key)).toEqual({ found: 'hit', action: value })
      expect(made.reopen().history('k')).toEqual([{ key: value.key, stage: 's', record: value.record }])
    })

    it('lets a later result of one key replace the earlier', async () => {
      const store = make().reopen()
      await store.publish(action({}, { n: valueArtifact('number', 1) }))
      const later = action({}, { n: valueArtifact('number', 2) })
      await store.publish(later)
      expect(await store.lookup(later.key)).toEqual({ found: 'hit', action: later })
    })

    it('gives files back byte for byte, in their folders', async () => {
      const made = make()
      const model = await write(made.reopen(), { 'config.json': '{}', 'deep/er/weights.bin': '\u0000\u0001' })
      const path = await made.reopen().materialise(model)
      expect(readFileSync(join(path, 'deep/er/weights.bin'), 'utf8')).toBe('\u0000\u0001')
      expect(model.bytes).toBe(4)
    })

    it('names equal content by equal digests, and other paths by others', async () => {
      const store = make().reopen()
      const one = await write(store, { 'a.txt': 'x' })
      expect((await write(store, { 'a.txt': 'x' })).digest).toBe(one.digest)
      expect((await write(store, { 'b.txt': 'x' })).digest).not.toBe(one.digest)
      expect((await write(make().reopen(), { 'a.txt': 'x' })).digest).toBe(one.digest)
    })

    it('does not have what was never stored', async () => {
      await expect(
        make()
          .reopen()
          .materialise({ type: 'model', digest: stageKey(record({ no: 1 })), bytes: 1 }),
      ).rejects.toThrow(/has no artifact/)
    })

    it('keeps scratch for the next attempt of a key and gives each an empty out', () => {
      const made = make()
      const store = made.reopen()
      const key = stageKey(record({}))
      const first = store.openWorkplace(key)
      expect(first.resumes).toBe(false)
      writeFileSync(join(first.out, 'half'), '')
      writeFileSync(join(first.scratch, 'checkpoint'), '7')
      store.closeWorkplace(key, first, true)
      expect(made.reopen().wasInterrupted(key)).toBe(true)
      const second = made.reopen().openWorkplace(key)
      expect(second.resumes).toBe(true)
      expect(readFileSync(join(second.scratch, 'checkpoint'), 'utf8')).toBe('7')
      expect(existsSync(join(second.out, 'half'))).toBe(false)
      store.closeWorkplace(key, second, false)
      expect(made.reopen().wasInterrupted(key)).toBe(false)
    })
  })
}
