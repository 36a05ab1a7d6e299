import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { readRunLog, replay } from '../../src/orchestrator/run-log.ts'
import type { RunState } from '../../src/orchestrator/state.ts'
import { toyCatalogFile } from './orchestrator-worker-command.ts'

const bin = fileURLToPath(new URL('../../bin/assay.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The real program in a folder of its own. */
export class Program {
  readonly folder: string
  readonly #catalog: string | undefined
  readonly #started: ChildProcess[] = []

  private constructor(folder: string, catalog?: string) {
    this.folder = folder
    this.#catalog = catalog
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  }

  /** With the toy kinds: `folder` gets a bundle of them and the pipeline `toy.yaml`. */
  static async create(folder: string, pipeline: string): Promise<Program> {
    const catalog = join(folder, 'toy-kinds.mjs')
    await build({
      entryPoints: [toyCatalogFile],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: catalog,
      logLevel: 'silent',
    })
    writeFileSync(join(folder, 'toy.yaml'), pipeline)
    return new Program(folder, catalog)
  }

  /** With the kinds that users have: `folder` gets the pipeline `toy.yaml`. */
  static createReal(folder: string, pipeline: string): Program {
    writeFileSync(join(folder, 'toy.yaml'), pipeline)
    return new Program(folder)
  }

  /** Starts `assay` as the leader of its own process group. */
  start(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
    const kinds = this.#catalog === undefined ? {} : { ASSAY_CATALOG: this.#catalog }
    const env = { ...process.env, ...kinds, ASSAY_TEST: this.folder, CI: '1', NO_COLOR: '1' }
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: this.folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#started.push(child)
    return { child, ended: collect(child) }
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended
  }

  /** Ends whatever a failed test left. */
  endAll(): void {
    for (const { pid } of this.#started) killGroup(pid)
    for (const pid of this.processes()) process.kill(pid, 'SIGKILL')
  }

  /** Pids of processes that this program started and that still live: told by the folder in their environment. */
  processes(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          return (
            pid !== process.pid && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`ASSAY_TEST=${this.folder}\0`)
          )
        } catch {
          return false
        }
      })
  }

  async untilNoProcess(): Promise<void> {
    await until(() => this.processes().length === 0, 'all processes to leave')
  }

  /** Lines of a log that stages write. */
  log(name = 'log'): string[] {
    const path = join(this.folder, name)
    return existsSync(path)
      ? readFileSync(path, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
      : []
  }

  /** Lets chains go on to this many links in all, and no further; undefined: to their end. */
  hold(links: number | undefined): void {
    const path = join(this.folder, 'log.hold')
    if (links === undefined) rmSync(path, { force: true })
    // By rename: a stage must not read half a number.
    else {
      writeFileSync(`${path}.new`, String(links))
      renameSync(`${path}.new`, path)
    }
  }

  async untilLogged(lines: number): Promise<void> {
    await until(() => this.log().length >= lines, `${lines} lines in the log`)
  }

  records(): string[] {
    const runs = join(this.folder, 'runs')
    return existsSync(runs) ? readdirSync(runs).sort() : []
  }

  /** State of the newest record that was finished. */
  lastState(): RunState {
    const states = this.records()
      .map((id) => replay(readRunLog(join(this.folder, 'runs', id)).events))
      .filter(({ finished }) => finished !== undefined)
    return (
      states.sort((a, b) => ((a.finished?.at ?? '') < (b.finished?.at ?? '') ? -1 : 1)).at(-1) ?? { stages: new Map() }
    )
  }

  /** Digests of all outputs in the newest finished record. */
  digests(): Record<string, string> {
    return Object.fromEntries(
      [...this.lastState().stages]
        .flatMap(([id, { outputs }]) =>
          Object.entries(outputs ?? {}).map(([name, { digest }]) => [`${id}.${name}`, digest] as const),
        )
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  }
}

export function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** Waits for a fact; gives up with its name after two minutes. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 120_000
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`waited two minutes for ${what}`)
    await sleep(10)
  }
}

async function collect(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr })
    })
  })
}
