// Writes, with ajv's standalone mode, the code of a validator for the parameters of every kind that assay ships; the
// build puts it in place of src/compiler/ready-validators.ts. A process of assay then neither loads ajv nor compiles
// schemas, unless something is wrong and it has to say what.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const module = 'src/compiler/ready-validators.ts'

/** A plugin of esbuild that gives the module its content; `settings` are those of the bundle. */
export const readyValidators = (settings) => ({
  name: 'ready-validators',
  setup(build) {
    if (!existsSync(path.join(settings.absWorkingDir, module))) return
    build.onLoad({ filter: /\/src\/compiler\/ready-validators\.ts$/ }, async () => ({
      contents: `export const readyValidators = ${JSON.stringify(await codeOfKinds(settings))}`,
      loader: 'js',
    }))
  },
})

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
