import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { StageContext } from '../../src/stage/stage-context.ts'

/** A stage's context on a temporary folder that goes when the test ends. */
export async function scratchContext(seed = '0123456789abcdef'): Promise<StageContext> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-lab-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const [out, scratch] = [join(folder, 'out'), join(folder, 'scratch')]
  await mkdir(out)
  await mkdir(scratch)
  return { seed, signal: new AbortController().signal, out, scratch, threads: 1, progress: () => undefined }
}
