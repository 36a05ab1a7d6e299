import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs the built program in a process of its own, as a user does. Throws with what it printed if it fails. */
export async function assay(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  const program = path.join(root, 'bin/assay.js')
  const { exitCode, all } = await execa(process.execPath, [program, ...args], {
    cwd: root,
    env: { CI: '1', ...env },
    reject: false,
    all: true,
  })
  if (exitCode !== 0) throw new Error(`assay ${args.join(' ')} ended with ${exitCode ?? 'a signal'}:\n${all}`)
}
