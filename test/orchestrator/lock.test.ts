import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreLock } from '../../src/orchestrator/lock.ts'
import { identityOf, type ProcessIdentity } from '../../src/orchestrator/process-identity.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

let path: string
beforeEach(() => {
  path = join(temporaryFolder(), 'store', 'lock')
})
afterEach(cleanFolders)

const held = (process: ProcessIdentity): string =>
  JSON.stringify({ id: 'theirs', process, since: '2026-01-01T00:00:00Z' })
const own = identityOf(process.pid)

describe('the lock of a store', () => {
  it('is free at first and free again after its release', async () => {
    const lock = await StoreLock.acquire(path)
    expect(existsSync(path)).toBe(true)
    lock.release()
    expect(existsSync(path)).toBe(false)
  })

  it('makes the second wait, with one message, until the first is done', async () => {
    const first = await StoreLock.acquire(path)
    const messages: string[] = []
    let got = false
    const second = StoreLock.acquire(path, { poll: 5, onWait: (message) => messages.push(message) }).then((lock) => {
      got = true
      return lock
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(got).toBe(false)
    first.release()
    ;(await second).release()
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatch(new RegExp(`another run is using this project \\(process ${process.pid}`))
  })

  it('stops waiting when cancelled', async () => {
    const first = await StoreLock.acquire(path)
    const stop = new AbortController()
    const second = StoreLock.acquire(path, { poll: 5, signal: stop.signal })
    stop.abort()
    await expect(second).rejects.toThrow(/abort/i)
    first.release()
  })

  it('is never held by two at once', async () => {
    let inside = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await StoreLock.acquire(path, { poll: 1 })
        most = Math.max(most, ++inside)
        await new Promise((resolve) => setTimeout(resolve, 2))
        inside--
        lock.release()
      }),
    )
    expect(most).toBe(1)
  })

  it('is broken when its holder is dead', async () => {
    const child = spawn(process.execPath, ['-e', '0'])
    const dead = identityOf(child.pid ?? 0)
    await once(child, 'exit')
    await StoreLock.acquire(path).then((lock) => {
      lock.release()
    })
    writeFileSync(path, held(dead))
    ;(
      await StoreLock.acquire(path, {
        onWait: () => {
          throw new Error('must not wait')
        },
      })
    ).release()
  })

  it('is broken when the pid belongs to another process by now, or to another boot', async () => {
    for (const other of [
      { ...own, started: `${own.started}0` },
      { ...own, boot: 'before' },
    ]) {
      await StoreLock.acquire(path).then((lock) => {
        lock.release()
      })
      writeFileSync(path, held(other))
      ;(await StoreLock.acquire(path)).release()
    }
  })

  it('of another machine is honoured while it shows signs of life', async () => {
    await StoreLock.acquire(path).then((lock) => {
      lock.release()
    })
    writeFileSync(path, held({ ...own, host: 'elsewhere' }))
    const stop = AbortSignal.timeout(60)
    await expect(StoreLock.acquire(path, { poll: 5, signal: stop })).rejects.toThrow()
    const longAgo = new Date(Date.now() - 120_000)
    utimesSync(path, longAgo, longAgo)
    ;(await StoreLock.acquire(path)).release()
  })

  it('is not released by one who lost it', async () => {
    const lock = await StoreLock.acquire(path)
    writeFileSync(path, held(own))
    lock.release()
    expect(readFileSync(path, 'utf8')).toBe(held(own))
  })
})
