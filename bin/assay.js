#!/usr/bin/env node
// A clone has no dist/ of its own, and an old one after a pull: bring it up to date first. A package that was installed
// from a registry ships dist/ and has no src/, so nothing is built there.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

if (existsSync(new URL('../src', import.meta.url))) {
  const { isStale } = await import('../scripts/is-stale.mjs')
  if (isStale(fileURLToPath(new URL('..', import.meta.url)))) {
    const { build } = await import('../scripts/build.mjs')
    try {
      await build()
    } catch (error) {
      console.error(`error: assay cannot build itself: ${error.message}\n  help: \`npm ci\` installs what that needs`)
      process.exit(70)
    }
  }
}
// Kinds of one's own must meet the modules they import, and those are not in the quick program.
const isQuick = process.argv[2] === 'check' && !process.env.ASSAY_CATALOG
await (isQuick ? import('./quick-start.js') : import('../dist/cli/main.js'))
