import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Names one process for ever: a pid alone is reused. `boot` and `started` come from /proc and are empty where there is
 * none (macOS, Windows); then only the pid is compared.
 */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  readonly boot: string
  /** Clock ticks from boot to the start of the process. */
  readonly started: string
}

let boot: string | undefined

/** Changes with every start of the machine. */
export function bootId(): string {
  return (boot ??= readText('/proc/sys/kernel/random/boot_id').trim())
}

export const identityOf = (pid: number): ProcessIdentity => ({
  pid,
  host: hostname(),
  boot: bootId(),
  started: startOf(pid),
})

/** `dead` and `alive` are proven; `unknown` for another machine's processes. */
export function fateOf(process: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  if (process.host !== hostname()) return 'unknown'
  if (process.boot !== bootId()) return 'dead'
  if (!exists(process.pid)) return 'dead'
  return process.started === startOf(process.pid) ? 'alive' : 'dead'
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !isZombie(pid)
}

/** Field 3 of /proc/pid/stat; the name in field 2 may hold spaces and brackets, hence the last bracket. */
const fields = (pid: number): string[] => readText(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
const isZombie = (pid: number): boolean => fields(pid)[0] === 'Z'
const startOf = (pid: number): string => fields(pid)[19] ?? ''

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
