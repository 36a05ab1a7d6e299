// Writes, with ajv's standalone mode, the code of a validator for the parameters of every kind that assay ships; the
// build puts it in place of src/compiler/ready-validators.ts. A process of assay then neither loads ajv nor compiles
// schemas, unless something is wrong and it has to say what.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const module = 'src/compiler/ready-validators.ts'

/** A plugin of esbuild that gives the module its content; `settings` are those of the bundle. */
export const readyValidators = (settings) => {
  let written // once, for however many bundles
  const code = () => (written ??= codeOfKinds(settings))
  return {
    name: 'ready-validators',
    setup(build) {
      if (!existsSync(path.join(settings.absWorkingDir, module))) return
      build.onLoad({ filter: /\/src\/compiler\/ready-validators\.ts$/ }, async () => ({
        contents: moduleOf(await code()),
        resolveDir: settings.absWorkingDir,
        loader: 'js',
      }))
      build.onResolve({ filter: /^validators\.txt$/ }, ({ path: name }) => ({ path: name, namespace: 'ready' }))
      build.onLoad({ filter: /./, namespace: 'ready' }, async () => ({
        contents: Object.values(await code())
          .map(({ whole, partial }) => whole + partial)
          .join(''),
        loader: 'file',
      }))
    },
  }
}

/** All code lies in one file, a megabyte; a process reads only the stretches of the kinds that its pipeline names. */
function moduleOf(code) {
  let at = 0
  const places = Object.entries(code).map(([name, { whole, partial }]) => {
    const [begin, middle] = [at, at + Buffer.byteLength(whole)]
    at = middle + Buffer.byteLength(partial)
    return [name, [begin, middle, at]]
  })
  return `import { closeSync, openSync, readSync } from 'node:fs'
import file from 'validators.txt'
const read = (from, to) => {
  const handle = openSync(new URL(file, import.meta.url))
  try {
    const bytes = Buffer.alloc(to - from)
    if (readSync(handle, bytes, 0, bytes.length, from) !== bytes.length) throw new Error('dist/ is incomplete: run npm run build')
    return bytes.toString()
  } finally {
    closeSync(handle)
  }
}
export const readyValidators = Object.fromEntries(
  ${JSON.stringify(places)}.map(([name, [begin, middle, end]]) => [
    name,
    { get whole() { return read(begin, middle) }, get partial() { return read(middle, end) } },
  ]),
)`
}

async function codeOfKinds(settings) {
  const { catalog, closedSchema } = await load(settings)
  return codeOf(catalog.all(), closedSchema)
}

/** By kind, the code of two CommonJS modules; each exports a function that is true where the parameters fit. */
export async function codeOf(kinds, closedSchema) {
  const [{ Ajv }, { default: standalone }, { transform }] = await Promise.all([
    import('ajv'),
    import('ajv/dist/standalone/index.js'),
    import('esbuild'),
  ])
  const options = { strict: false, logger: false, meta: false, validateSchema: false, code: { source: true } }
  const code = async ({ params }, partial) => {
    const ajv = new Ajv({ ...options, useDefaults: !partial })
    const whole = standalone.default(ajv, ajv.compile(withoutWords(closedSchema(params, partial))))
    return (await transform(whole, { minify: true })).code
  }
  const entries = kinds.map(async (kind) => [
    kind.name,
    { whole: await code(kind, false), partial: await code(kind, true) },
  ])
  return Object.fromEntries(await Promise.all(entries))
}

/** Descriptions decide nothing, and would be half of the code. */
const withoutWords = (schema) =>
  JSON.parse(
    JSON.stringify(schema, (key, value) => (key === 'description' && typeof value === 'string' ? undefined : value)),
  )

/** The catalog as the sources have it now, from a bundle of its own beside the packages it needs. */
async function load({ absWorkingDir, outdir, ...settings }) {
  const { build } = await import('esbuild')
  mkdirSync(outdir, { recursive: true })
  const folder = mkdtempSync(path.join(outdir, '.catalog-'))
  const contents = `export { catalog } from './src/lab/index.ts'\nexport { closedSchema } from './src/compiler/closed-schema.ts'\n`
  try {
    await build({
      ...settings,
      absWorkingDir,
      entryPoints: undefined,
      stdin: { contents, resolveDir: absWorkingDir, sourcefile: 'catalog.ts', loader: 'ts' },
      outbase: undefined,
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      entryNames: 'catalog',
      sourcemap: false,
      write: true,
    })
    return await import(pathToFileURL(path.join(folder, 'catalog.mjs')).href)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
