import { existsSync, symlinkSync } from 'node:fs'
import { basename, join, normalize, sep } from 'node:path'
import type { StageInput } from '../../stage/artifact.ts'

/**
 * Puts the user's own files that a command is given into its folder by their names, as links, so that `python3 probe.py`
 * finds its input `./probe.py`. Of two with one name the first; none where an output is to be.
 */
export function linkInputs(
  inputs: Readonly<Record<string, StageInput>>,
  { folder, outputs }: { readonly folder: string; readonly outputs: readonly { readonly path: string }[] },
): void {
  const taken = new Set(outputs.map(({ path }) => normalize(path).split(sep)[0]))
  const files = Object.values(inputs).flatMap((input) => input.items ?? [input])
  for (const { type, path } of files) {
    if (type !== 'path' || path === undefined) continue
    const link = join(folder, basename(path))
    if (!taken.has(basename(path)) && !existsSync(link)) symlinkSync(path, link)
  }
}
