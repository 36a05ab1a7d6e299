import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus } from 'node:os'
import { execa } from 'execa'
import type { JsonObject } from '../base/json.ts'
import type { Environment } from './event.ts'

/**
 * Versions that enter every stage key: raising one makes every result be computed anew. So does another device than the
 * CPU, whose arithmetic is its own.
 */
export const runtimeVersions = (engine: number, device = 'cpu'): JsonObject => ({
  engine,
  onnxruntime: onnxruntimeVersion(),
  ...(device === 'cpu' ? {} : { device }),
})

/** What a reader needs to judge and repeat a run. `root` is the project's folder. */
export async function describeEnvironment(root: string, assay: string): Promise<Environment> {
  const git = await gitState(root)
  return {
    assay,
    node: process.version,
    onnxruntime: onnxruntimeVersion(),
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    ...(git === undefined ? {} : { git }),
  }
}

/** Read from the package, since loading the library would cost a tenth of a second. */
export function onnxruntimeVersion(): string {
  try {
    const path = createRequire(import.meta.url).resolve('onnxruntime-node/package.json')
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
  } catch {
    return 'not installed'
  }
}

/** The commit, and whether tracked files differ from it. Undefined outside of git or before a first commit. */
async function gitState(root: string): Promise<{ commit: string; dirty: boolean } | undefined> {
  const args = ['status', '--porcelain=v2', '--branch', '--untracked-files=no']
  const { exitCode, stdout } = await execa('git', args, { cwd: root, reject: false, stdin: 'ignore' })
  if (exitCode !== 0) return undefined
  const lines = stdout.split('\n')
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(stdout)?.[1]
  return commit === undefined
    ? undefined
    : { commit, dirty: lines.some((line) => line !== '' && !line.startsWith('#')) }
}
