// Bundles src/ into dist/: `cli/main.js`, what others import (`engine/index.js`, `stage/`), the chunks they share, and
// the quick program of `assay check` (scripts/quick-program.mjs).
// A bundle because a process of assay must start at once: hundreds of small modules take longer to find than to run.
// What is loaded only when it is needed (`import()`) is a chunk of its own. Types are checked by `npm run check`.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isStale, modified } from './is-stale.mjs'
import { quickProgram } from './quick-program.mjs'
import { readyValidators } from './ready-validators.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Left in node_modules: native, or needed for a terminal or a single command only. */
const external = ['ajv', 'onnxruntime-node', 'ink', 'react', 'react/*', 'execa', 'prettier', 'prettier/*']

/** Bundled CommonJS asks for Node's own modules by `require`. */
const banner = `import { createRequire as requireFrom } from 'node:module';const require = requireFrom(import.meta.url);`

/** Milliseconds that chunks of an earlier build are kept: a process that runs may still load one. */
const keptFor = 24 * 60 * 60 * 1000

/**
 * Brings `dist/` up to date and says how many files it wrote; `clean` builds afresh and leaves nothing older.
 * Throws an Error that names the place of a mistake; `dist/` is then as it was.
 */
export async function build(folder = root, { clean = false } = {}) {
  if (!clean && !isStale(folder)) return 0
  // The output carries the time before reading, so that an edit made meanwhile is not taken for built.
  const readAt = new Date()
  const target = path.join(folder, 'dist')
  const outputs = await bundle(folder, target)
  if (clean) rmSync(target, { recursive: true, force: true })
  // Chunks are named by their content and appear before the modules that name them, each by rename: two processes that
  // build at the same time do no harm.
  const isEntry = (file) => path.basename(path.dirname(file)) !== 'chunks'
  for (const { path: file, contents } of outputs.toSorted((a, b) => isEntry(a.path) - isEntry(b.path)))
    replace(file, contents, readAt)
  removeOld(path.join(target, 'chunks'), new Set(outputs.map((output) => path.basename(output.path))))
  return outputs.length
}

async function bundle(folder, target) {
  const { build: run } = await import('esbuild')
  const stage = path.join(folder, 'src/stage')
  const shared = existsSync(stage) ? readdirSync(stage).filter((name) => name.endsWith('.ts')) : []
  const engine = existsSync(path.join(folder, 'src/engine/index.ts')) ? ['src/engine/index.ts'] : []
  const settings = {
    absWorkingDir: folder,
    outdir: target,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external,
    banner: { js: banner },
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'silent',
  }
  try {
    const plugins = [readyValidators(settings)]
    const { outputFiles } = await run({
      ...settings,
      entryPoints: ['src/cli/main.ts', ...engine, ...shared.map((name) => `src/stage/${name}`)],
      outbase: 'src',
      chunkNames: 'chunks/[name]-[hash]',
      assetNames: 'chunks/[name]-[hash]',
      plugins,
      sourcemap: true,
      sourcesContent: false,
      write: false,
    })
    return [...outputFiles, ...(await quickProgram({ settings, plugins }))]
  } catch (error) {
    throw new Error((error.errors ?? []).map(inWords).join('\n') || error.message, { cause: error })
  }
}

const inWords = ({ location, text }) =>
  location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`

function replace(file, contents, time) {
  mkdirSync(path.dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}.tmp`
  writeFileSync(temporary, contents)
  utimesSync(temporary, time, time)
  renameSync(temporary, file)
}

function removeOld(chunks, current) {
  if (!existsSync(chunks)) return
  for (const name of readdirSync(chunks)) {
    const file = path.join(chunks, name)
    if (!current.has(name) && modified(file) < Date.now() - keptFor) rmSync(file, { force: true })
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = performance.now()
  const count = await build(root, { clean: true })
  console.log(`dist: ${count} files built in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}
