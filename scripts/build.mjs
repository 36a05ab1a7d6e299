// Turns src/**/*.ts(x) into dist/**/*.js, one file at a time and only where the source is newer. `isolatedModules` and
// `erasableSyntaxOnly` make that safe; types are checked by `npm run check`, so that building stays a matter of seconds.
// Files appear by rename: two processes that build at the same time do no harm.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Source files that `dist/` lacks or has older, and outputs whose source is gone. */
export function findStale(folder = root) {
  const source = path.join(folder, 'src')
  const target = path.join(folder, 'dist')
  const outputs = new Map(filesBelow(target, /\.js$/).map((file) => [file, modified(path.join(target, file))]))
  const settings = Math.max(...['package.json', 'tsconfig.json'].map((name) => modified(path.join(folder, name))))
  const compile = []
  // Declarations give no code, and `*.as.ts` is AssemblyScript, which has a build of its own.
  for (const file of filesBelow(source, /(?<!\.(d|as))\.tsx?$/)) {
    const output = nameBuilt(file)
    const built = outputs.get(output) ?? -1
    outputs.delete(output)
    if (built < Math.max(modified(path.join(source, file)), settings)) compile.push(file)
  }
  return { compile, remove: [...outputs.keys()] }
}

/** Brings `dist/` up to date and says how many files it wrote. Throws an Error that names the place of a syntax error. */
export async function build(folder = root) {
  const { compile, remove } = findStale(folder)
  const target = path.join(folder, 'dist')
  for (const file of remove)
    for (const ending of ['', '.map']) rmSync(path.join(target, file + ending), { force: true })
  if (compile.length === 0) return 0
  const { default: ts } = await import('typescript')
  const compilerOptions = readOptions(ts, folder)
  for (const file of compile) {
    emit(ts, compilerOptions, { source: path.join(folder, 'src', file), output: path.join(target, nameBuilt(file)) })
  }
  return compile.length
}

const nameBuilt = (file) => file.replace(/\.tsx?$/, '.js')

function readOptions(ts, folder) {
  const { config } = ts.readConfigFile(path.join(folder, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['package.json'] }, ts.sys, folder)
  // ESNext and not NodeNext: a file on its own does not know that its package.json says `"type": "module"`.
  const kind = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }
  return { ...options, ...kind, noEmit: false, sourceMap: true }
}

function emit(ts, compilerOptions, { source, output }) {
  mkdirSync(path.dirname(output), { recursive: true })
  // The output carries the time before reading, so that an edit made meanwhile is not taken for built.
  const readAt = new Date()
  const text = readFileSync(source, 'utf8')
  const result = ts.transpileModule(text, { compilerOptions, fileName: source, reportDiagnostics: true })
  const [wrong] = result.diagnostics ?? []
  if (wrong !== undefined)
    throw new Error(`${place(ts, wrong, source)}: ${ts.flattenDiagnosticMessageText(wrong.messageText, '\n')}`)
  const map = JSON.parse(result.sourceMapText)
  map.sources = [path.relative(path.dirname(output), source)]
  replace(`${output}.map`, JSON.stringify(map), readAt)
  replace(output, result.outputText, readAt)
}

function place(ts, wrong, source) {
  if (wrong.file === undefined) return source
  const { line, character } = ts.getLineAndCharacterOfPosition(wrong.file, wrong.start)
  return `${source}:${line + 1}:${character + 1}`
}

function replace(file, text, time) {
  const temporary = `${file}.${process.pid}.tmp`
  writeFileSync(temporary, text)
  utimesSync(temporary, time, time)
  renameSync(temporary, file)
}

/** Paths below `folder`, relative to it, in order; none if there is no such folder. */
function filesBelow(folder, pattern) {
  try {
    return readdirSync(folder, { recursive: true })
      .filter((file) => pattern.test(file))
      .sort()
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}

/** Milliseconds; 0 if there is no such file. */
const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = performance.now()
  const count = await build()
  console.log(`dist: ${count} files built in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}
