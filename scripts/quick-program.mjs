// The program once more, as one CommonJS script and with what `assay check` needs only: bin/quick-start.js runs it with
// V8's code cache, which modules cannot have. An editor checks a file at each keystroke; hundreds of chunks of modules
// would take longer to find and compile than the check itself.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'

const entry = 'src/cli/run-process.ts'

/** Modules whose lazy imports never happen while a pipeline is checked: they stay outside. */
const isElsewhere = /^src\/(?:lab|engine|reporters|orchestrator|cli\/commands\/(?!check\.ts))/

/** The files of the script below `outdir`; none where the sources have no program. */
export async function quickProgram({ settings, plugins }) {
  const { absWorkingDir, outdir, external, minifyWhitespace, minifySyntax, logLevel, platform, target } = settings
  if (!existsSync(path.join(absWorkingDir, entry))) return []
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    ...{ absWorkingDir, outdir, external, minifyWhitespace, minifySyntax, logLevel, platform, target },
    bundle: true,
    format: 'cjs',
    charset: 'ascii', // it is read a byte a letter
    entryPoints: { 'quick/program': entry },
    outExtension: { '.js': '.cjs' },
    assetNames: 'chunks/[name]-[hash]',
    define: { 'import.meta.url': 'importMetaUrl' },
    supported: { 'dynamic-import': true },
    plugins: [...plugins, staysOutside(absWorkingDir)],
    write: false,
  })
  return outputFiles.map((file) => (file.path.endsWith('.cjs') ? signed(file) : file))
}

const staysOutside = (folder) => ({
  name: 'stays-outside',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, importer, path: name }) => {
      const from = path.relative(folder, importer).replaceAll(path.sep, '/')
      return kind === 'dynamic-import' && isElsewhere.test(from) ? { path: name, external: true } : undefined
    })
  },
})

/** The script begins with the digest of its text: by that its code cache is known to be its own. */
const signed = ({ path: file, contents, text }) => {
  const digest = createHash('sha256').update(contents).digest('hex').slice(0, 32)
  return { path: file, contents: Buffer.from(`/*${digest}*/${text}`) }
}
