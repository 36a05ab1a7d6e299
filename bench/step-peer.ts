import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A GPT-2 decoder and the batch its steps take. */
export interface DecoderShape {
  readonly layers: number
  readonly width: number
  readonly heads: number
  readonly vocabulary: number
  readonly length: number
  readonly batch: number
  readonly threads: number
}

/** Seconds of each step's parts, and the peak memory of the process in MiB. */
export interface Steps {
  readonly slope: number[]
  readonly update: number[]
  readonly peak: number
}

/** A process that takes steps of SGLD when told to. */
export interface StepPeer {
  take(steps: number): Promise<Steps>
  close(): void
}

const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

export const assayPeer = (shape: DecoderShape): StepPeer =>
  open([process.execPath, ...process.execArgv, at('peers/sgld-step.ts'), JSON.stringify(shape)], {})

/**
 * PyTorch as fast as it gets on Debian: with the OpenMP build of OpenBLAS where both are installed, and freed memory kept
 * in the process. `PYTHON` names another interpreter.
 */
export const torchPeer = (shape: DecoderShape): StepPeer =>
  open([process.env['PYTHON'] ?? '/usr/bin/python3', at('peers/sgld_step.py'), JSON.stringify(shape)], {
    LD_LIBRARY_PATH: '/usr/lib/x86_64-linux-gnu/openblas-openmp',
    MALLOC_MMAP_THRESHOLD_: '4000000000',
    MALLOC_TRIM_THRESHOLD_: '4000000000',
    OMP_NUM_THREADS: String(shape.threads),
  })

function open([file, ...args]: readonly string[], env: Readonly<Record<string, string>>): StepPeer {
  const child = spawn(file!, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  let ended: string | undefined
  let settle: { readonly resolve: (steps: Steps) => void; readonly reject: (error: Error) => void } | undefined
  const end = (why: string): void => {
    ended ??= why
    settle?.reject(new Error(ended))
  }
  child.stderr.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-2000)))
  child.stdin.on('error', () => undefined) // the process has ended, which is told below
  child.on('error', (error) => end(error.message))
  child.on('close', (code) => end(`ended with ${String(code)}: ${said.trim().split('\n').at(-1)!}`))
  createInterface(child.stdout).on('line', (line) => settle?.resolve(JSON.parse(line) as Steps))
  return {
    take: (steps) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject }
        if (ended !== undefined) reject(new Error(ended))
        else child.stdin.write(`${steps}\n`)
      }),
    close: () => child.stdin.end(),
  }
}
