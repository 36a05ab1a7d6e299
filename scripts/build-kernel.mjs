// Compiles the SIMD kernel from AssemblyScript into a module that TypeScript can import; `--check` fails when it is stale.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = 'src/engine/sampling/kernel/langevin.as.ts'
const target = join(root, 'src/engine/sampling/kernel/langevin.generated.ts')

const wasm = join(await mkdtemp(join(tmpdir(), 'assay-kernel-')), 'kernel.wasm')
const flags = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '--noAssert', '--zeroFilledMemory']
const { error, stderr } = await asc.main([source, '-o', wasm, '--baseDir', root, ...flags])
if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`)
const base64 = (await readFile(wasm)).toString('base64')
const text = `// GENERATED from langevin.as.ts by npm run build:kernel. Do not edit.\nexport const langevinWasm =\n  '${base64}'\n`
if (process.argv.includes('--check')) {
  if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
    console.error(`${target.slice(root.length)} is stale: run npm run build:kernel`)
    process.exit(1)
  }
} else await writeFile(target, text)
