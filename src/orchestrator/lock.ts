import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fateOf, identityOf, type ProcessIdentity } from './process-identity.ts'

interface Holder {
  readonly id: string
  readonly process: ProcessIdentity
  readonly since: string
}

export interface LockOptions {
  /** Milliseconds between signs of life. Default: 2000. */
  readonly heartbeat?: number
  /** Milliseconds without a sign of life after which a holder on another machine counts as dead. Default: 60000. */
  readonly stale?: number
  /** Milliseconds between looks at a held lock. Default: 100. */
  readonly poll?: number
  /** Called once when the lock is held by another. */
  readonly onWait?: (message: string) => void
  readonly signal?: AbortSignal
}

/**
 * One run at a time on one store, so that no stage runs twice. The lock is a file that names its holder by pid, boot and
 * start time; a dead holder's lock is broken without anybody's help.
 */
export class StoreLock {
  readonly #path: string
  readonly #id: string
  readonly #timer: NodeJS.Timeout

  private constructor(path: string, id: string, heartbeat: number) {
    this.#path = path
    this.#id = id
    this.#timer = setInterval(() => {
      this.#beat()
    }, heartbeat)
    this.#timer.unref()
  }

  /** Waits until the lock is free. Throws `signal.reason` when aborted. */
  static async acquire(path: string, options: LockOptions = {}): Promise<StoreLock> {
    const { heartbeat = 2_000, stale = 60_000, poll = 100, onWait, signal } = options
    const holder: Holder = { id: randomUUID(), process: identityOf(process.pid), since: new Date().toISOString() }
    let told = false
    while (!tryTake(path, holder)) {
      signal?.throwIfAborted()
      const other = readHolder(path)
      if (isDead(path, { other, stale })) breakLock(path, other)
      else {
        if (!told && other !== undefined) onWait?.(waitMessage(other))
        told ||= other !== undefined
        await sleep(poll, undefined, signal === undefined ? {} : { signal })
      }
    }
    return new StoreLock(path, holder.id, heartbeat)
  }

  release(): void {
    clearInterval(this.#timer)
    if (readHolder(this.#path)?.id === this.#id) rmSync(this.#path, { force: true })
  }

  #beat(): void {
    try {
      const now = new Date()
      utimesSync(this.#path, now, now)
    } catch {
      // The lock was taken away by hand; the run goes on, as stopping would help nobody.
    }
  }
}

/** Creates the lock with its content in one step: a link fails if the name is taken. */
function tryTake(path: string, holder: Holder): boolean {
  mkdirSync(dirname(path), { recursive: true })
  const own = `${path}.${holder.id}`
  writeFileSync(own, JSON.stringify(holder))
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(own, { force: true })
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

function isDead(path: string, { other, stale }: { other: Holder | undefined; stale: number }): boolean {
  const fate = other === undefined ? 'unknown' : fateOf(other.process)
  if (fate !== 'unknown') return fate === 'dead'
  try {
    return Date.now() - statSync(path).mtimeMs > stale
  } catch {
    return false // gone by now: the next try takes it
  }
}

/** Moves the lock aside and looks whether it is the dead one; another waiter may have replaced it in between. */
function breakLock(path: string, dead: Holder | undefined): void {
  const aside = `${path}.${randomUUID()}`
  if (readHolder(path)?.id !== dead?.id) return
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (readHolder(aside)?.id !== dead?.id) putBack(aside, path)
  rmSync(aside, { force: true })
}

function putBack(aside: string, path: string): void {
  try {
    linkSync(aside, path)
  } catch {
    // A third process holds it now.
  }
}

const waitMessage = ({ process, since }: Holder): string =>
  `another run is using this project (process ${process.pid}${process.host === '' ? '' : ` on ${process.host}`}, since ${since}); waiting for it to end`
