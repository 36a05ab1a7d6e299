import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { didYouMean } from '../base/did-you-mean.ts'
import { projectRoot } from '../orchestrator/project.ts'
import { runLogName } from '../orchestrator/run-log.ts'
import { UserError } from './user-error.ts'

export interface FoundRun {
  readonly id: string
  /** Absolute path of the run's record. */
  readonly folder: string
  /** Root of the project it belongs to. */
  readonly root: string
}

/**
 * The run that a command line means: a record's folder, an id, or the beginning of one; without any, the newest. Throws
 * UserError where there is none, or more than one.
 */
export function findRun(
  name: string | undefined,
  { cwd, runs }: { readonly cwd: string; readonly runs?: string | undefined },
): FoundRun {
  const folder = runs === undefined ? join(projectRoot(cwd), 'runs') : resolve(cwd, runs)
  if (name !== undefined && isRun(resolve(cwd, name))) return found(resolve(cwd, name))
  const ids = runsIn(folder)
  const shown = relative(cwd, folder) || '.'
  if (ids.length === 0)
    throw new UserError(
      `there are no runs in ${shown}`,
      'start one with `assay run FILE`, or say with --runs where the records lie',
    )
  if (name === undefined) return found(join(folder, newest(folder, ids)))
  if (ids.includes(name)) return found(join(folder, name))
  const begun = ids.filter((id) => id.startsWith(name))
  if (begun.length === 1) return found(join(folder, begun[0] ?? name))
  if (begun.length > 1)
    throw new UserError(
      `${begun.length} runs in ${shown} begin with ${name}`,
      `say which: ${begun.slice(-5).join(', ')}`,
    )
  const near = didYouMean(name, ids)
  throw new UserError(
    `there is no run ${name} in ${shown}`,
    near.length > 0 ? `did you mean ${near.join(', ')}?` : `the newest is ${newest(folder, ids)}`,
  )
}

const isRun = (folder: string): boolean => existsSync(join(folder, runLogName))

const found = (folder: string): FoundRun => ({ id: basename(folder), folder, root: projectRoot(dirname(folder)) })

function runsIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return []
  return readdirSync(folder)
    .filter((id) => isRun(join(folder, id)))
    .sort()
}

function newest(folder: string, ids: readonly string[]): string {
  const dated = ids.map((id) => ({ id, at: startOf(join(folder, id, runLogName)) }))
  return dated.reduce((latest, one) => (one.at >= latest.at ? one : latest), { id: ids[0] ?? '', at: '' }).id
}

/** Time of the first event: times of files do not survive a clone. */
function startOf(log: string): string {
  const file = openSync(log, 'r')
  try {
    const head = Buffer.alloc(200)
    const length = readSync(file, head, 0, head.length, 0)
    return /"at":"([^"]*)"/.exec(head.toString('utf8', 0, length))?.[1] ?? ''
  } finally {
    closeSync(file)
  }
}
