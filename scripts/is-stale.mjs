// Whether dist/ is older than what it is built from. Every start of assay in a clone asks, so this is a module of its own.
import { readdirSync, statSync } from 'node:fs'

/** What the bundles are made by, beside `src/`. */
const settings = [
  'package.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'scripts/quick-program.mjs',
  'scripts/ready-validators.mjs',
]

/** Whether a source or a setting below the folder is newer than `dist/`, or a source was added or removed. */
export function isStale(folder) {
  const built = modified(`${folder}/dist/cli/main.js`)
  return settings.some((name) => modified(`${folder}/${name}`) > built) || hasNewer(`${folder}/src`, built)
}

/** Whether a folder or anything below it is newer; stops at the first. */
function hasNewer(folder, built) {
  if (modified(folder) > built) return true
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const at = `${folder}/${entry.name}`
    return entry.isDirectory() ? hasNewer(at, built) : modified(at) > built
  })
}

/** Milliseconds; 0 if there is no such file. */
export const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
