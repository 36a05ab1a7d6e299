import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rootRemover } from './project.ts'

/** Bytes of a log that a record keeps: the last ones. Records are meant to be committed. */
const most = 256 * 1024

export interface LogPlace {
  /** The run's record. */
  readonly folder: string
  /** Of the project: its path is cut out. */
  readonly root: string
  readonly stage: string
  /** From 1. */
  readonly attempt: number
}

/** Adds what a stage printed in one attempt to `logs/<stage>.log` in the record; nothing where it printed nothing. */
export function keepLog({ folder, root, stage, attempt }: LogPlace, file: string): void {
  const text = rootRemover(root)(lastPart(file))
  if (text === '') return
  const path = join(folder, 'logs', `${stage.replaceAll(/[^\w@=,+./-]+/g, '-')}.log`)
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, `${attempt === 1 ? '' : `\n--- attempt ${attempt} ---\n`}${text}`)
}

function lastPart(path: string): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return '' // It was stopped before it began.
  }
  try {
    const { size } = fstatSync(file)
    const bytes = Buffer.alloc(Math.min(size, most))
    readSync(file, bytes, 0, bytes.length, size - bytes.length)
    return `${size > most ? `… (${size - most} bytes before this are left out)\n` : ''}${bytes.toString('utf8')}`
  } finally {
    closeSync(file)
  }
}
