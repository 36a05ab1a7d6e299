// Runs dist/quick/program.cjs with V8's code cache, which saves compiling it: the first run writes the cache beside it.
// A cache belongs to one text, one version of V8 and one processor type; V8 refuses any other, and then this compiles.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants, Script } from 'node:vm'

/** Modules of Node that take milliseconds to load, and that a check needs seldom: loaded at their first use. */
const slow = new Set(['node:child_process', 'node:crypto', 'node:fs/promises', 'node:worker_threads', 'node:zlib'])

const place = new URL('../dist/quick/program.cjs', import.meta.url)
const text = readFileSync(place, 'latin1')
const digest = text.slice(2, 34)
const cacheFile = new URL(`${digest}-${process.versions.v8}-${process.arch}.cache`, place)

const cachedData = read(cacheFile)
const script = new Script(`(function(require,module,exports,importMetaUrl){${text}\n})`, {
  filename: place.pathname,
  ...(cachedData === undefined ? {} : { cachedData }),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
})
const module = { exports: {} }
script.runInThisContext()(lazyRequire(createRequire(place)), module, module.exports, place.href)
await module.exports.runProcess()
if (cachedData === undefined || script.cachedDataRejected) write(cacheFile, script.createCachedData())

function read(file) {
  try {
    return readFileSync(file)
  } catch {
    return undefined // none yet
  }
}

/** By rename, so that nobody reads half of it; those of older texts go. A folder that cannot be written to stays without. */
function write(file, bytes) {
  const temporary = new URL(`${file.href}.${process.pid}`)
  try {
    writeFileSync(temporary, bytes)
    renameSync(temporary, file)
    for (const name of readdirSync(new URL('.', file)))
      if (name.endsWith('.cache') && !name.startsWith(digest)) rmSync(new URL(name, file), { force: true })
  } catch {
    return
  }
}

function lazyRequire(require) {
  return (name) => {
    const whole = name.startsWith('node:') ? name : `node:${name}`
    return slow.has(whole) ? lazily(() => require(whole)) : require(name)
  }
}

/** An object that becomes the module once anybody asks for something in it. */
function lazily(load) {
  let loaded
  const get = () => (loaded ??= load())
  return new Proxy(
    {},
    {
      get: (_, key) => get()[key],
      has: (_, key) => key in get(),
      ownKeys: () => Reflect.ownKeys(get()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Object.getOwnPropertyDescriptor(get(), key)
        return found && { ...found, configurable: true }
      },
    },
  )
}
