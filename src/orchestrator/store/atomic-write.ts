import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

let count = 0

/**
 * Puts a whole file in place by rename: a reader sees the old content or the new, never a part.
 * `durable` also waits until the disk has it, which costs milliseconds and matters after power loss only.
 */
export function atomicWrite(path: string, content: string, durable = false): void {
  const temporary = `${path}.${process.pid}.${count++}.tmp`
  const file = openNew(temporary)
  try {
    writeSync(file, content)
    if (durable) fsyncSync(file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
  if (durable) syncPath(dirname(path))
}

/** Waits until the disk has a file, or a folder's list of names. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true })
    return openSync(path, 'wx')
  }
}
