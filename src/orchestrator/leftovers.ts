import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fateOf, identityOf, type ProcessIdentity } from './process-identity.ts'
import type { StoreLayout } from './store/layout.ts'

/** Notes a worker, so that a later run can end it should this process die without doing so. */
export function noteWorker({ workers }: StoreLayout, pid: number): void {
  mkdirSync(workers, { recursive: true })
  writeFileSync(join(workers, String(pid)), JSON.stringify(identityOf(pid)))
}

export function forgetWorker({ workers }: StoreLayout, pid: number): void {
  rmSync(join(workers, String(pid)), { force: true })
}

/**
 * Clears what a run that died left behind: workers that are still at it (they leave by themselves soon, but must not
 * write checkpoints beside their successors), half-made attempts, live files. Only for the holder of the store's lock.
 */
export async function clearLeftovers(layout: StoreLayout): Promise<void> {
  await Promise.all(names(layout.workers).map((name) => endWorker(join(layout.workers, name))))
  rmSync(layout.temporary, { recursive: true, force: true })
  rmSync(join(layout.root, 'live'), { recursive: true, force: true })
}

async function endWorker(note: string): Promise<void> {
  const worker = readIdentity(note)
  if (worker !== undefined && fateOf(worker) === 'alive') {
    process.kill(worker.pid, 'SIGKILL')
    while (fateOf(worker) === 'alive') await sleep(5)
  }
  rmSync(note, { force: true })
}

function readIdentity(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity
  } catch {
    return undefined
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
