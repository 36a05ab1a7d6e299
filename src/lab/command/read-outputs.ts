import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json, JsonObject } from '../../base/json.ts'
import type { ArtifactType, StageOutput } from '../../stage/artifact.ts'
import type { CommandLine } from '../../stage/command-line.ts'
import { metricUnits } from '../../stage/metrics.ts'
import { StageError } from '../../stage/stage-context.ts'

/** Files that a folder of a type must have; types that are not here are single files, or may be anything. */
const parts: Readonly<Partial<Record<ArtifactType, readonly string[]>>> = {
  model: ['config.json', 'model.safetensors'],
  ensemble: ['config.json', 'series.json'],
  checkpoints: ['config.json', 'series.json'],
  dataset: ['dataset.json', 'tokens.safetensors'],
  examples: ['examples.json', 'examples.safetensors'],
  tokenizer: ['tokenizer.json'],
}
const singleFiles: ReadonlySet<ArtifactType> = new Set(['text', 'relation', 'pairs', 'readings'])
const values: ReadonlySet<ArtifactType> = new Set(['metrics', 'number', 'record'])

/**
 * What a command left in `folder`, checked against what it declares; files are given by absolute path. Throws StageError
 * on what is missing or wrong.
 */
export async function readOutputs(
  outputs: CommandLine['outputs'],
  folder: string,
): Promise<Record<string, StageOutput>> {
  const read: Record<string, StageOutput> = {}
  for (const [name, { path, type }] of Object.entries(outputs)) {
    const at = { name: `output ${name} (${path})`, path: join(folder, path), type }
    const kind = await kindAt(at.path)
    if (kind === undefined)
      throw new StageError(
        `the command ended well, but ${at.name} is not there`,
        `write it to \${outputs.${name}}, or to ${path} in the folder that the command starts in`,
      )
    if (values.has(type)) read[name] = { value: await readValue(at) }
    else {
      await fileFits(at, kind)
      read[name] = { path: at.path }
    }
  }
  return read
}

interface Place {
  readonly name: string
  readonly path: string
  readonly type: ArtifactType
}

async function readValue({ name, path, type }: Place): Promise<Json> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new StageError(`${name} cannot be read: ${inWords(error)}`)
  })
  const value = parse(text, name)
  if (type === 'number' && typeof value !== 'number')
    throw new StageError(`${name} must be a number, but is ${describe(value)}`)
  return type === 'metrics' ? metricsOf(value, name) : value
}

function parse(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    const unfinite = /\b(?:NaN|Infinity)\b/.test(text)
    throw new StageError(
      `${name} is not JSON: ${inWords(error)}`,
      unfinite ? 'JSON has no NaN and no Infinity; leave out what could not be measured' : undefined,
    )
  }
}

/** A {@link Metrics} value as it is, or plain numbers by name, each then a metric of one draw over one item. */
function metricsOf(value: Json, name: string): Json {
  if (!isObject(value)) throw new StageError(`${name} must be numbers by name, but is ${describe(value)}`, example)
  if (!isObject(value['metrics'])) {
    const wrong = Object.entries(value).find(([, one]) => typeof one !== 'number')
    if (wrong !== undefined)
      throw new StageError(`${name}: ${wrong[0]} must be a number, but is ${describe(wrong[1])}`, example)
    const one = (number: Json): JsonObject => ({ unit: 'dimensionless', values: [[number]], items: 1 })
    return { metrics: Object.fromEntries(Object.entries(value).map(([metric, number]) => [metric, one(number)])) }
  }
  for (const [metric, samples] of Object.entries(value['metrics'])) {
    const wrong = samplesMisfit(samples)
    if (wrong !== undefined) throw new StageError(`${name}: metric ${metric} ${wrong}`, example)
  }
  return value
}

const example =
  'write {"accuracy": 0.97}, or {"metrics": {"accuracy": {"unit": "proportion", "values": [[0.97]], "items": 256}}}'

const units: ReadonlySet<string> = new Set(metricUnits)

function samplesMisfit(samples: Json): string | undefined {
  if (!isObject(samples)) return `must be a map, but is ${describe(samples)}`
  const { unit, values: chains, items } = samples
  if (typeof unit !== 'string' || !units.has(unit)) return `needs a unit: ${[...units].join(', ')}`
  if (typeof items !== 'number' || !(items > 0)) return 'needs items, the number of things in each average'
  const isNumbers = (one: Json): boolean =>
    Array.isArray(one) && one.length > 0 && one.every((draw) => typeof draw === 'number')
  return Array.isArray(chains) && chains.length > 0 && chains.every(isNumbers)
    ? undefined
    : 'needs values: a list of chains, each a list of numbers'
}

async function fileFits({ name, path, type }: Place, kind: 'file' | 'folder'): Promise<void> {
  if (singleFiles.has(type) && kind !== 'file')
    throw new StageError(`${name} is a folder, but a ${type} is a single file`)
  const needed = parts[type] ?? []
  if (needed.length > 0 && kind === 'file')
    throw new StageError(`${name} is a file, but a ${type} is a folder with ${needed.join(' and ')}`)
  for (const part of needed)
    if ((await kindAt(join(path, part))) === undefined)
      throw new StageError(
        `${name} is no ${type}: it has no ${part}`,
        `a ${type} is a folder with ${needed.join(' and ')}`,
      )
}

async function kindAt(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return undefined
  return found.isDirectory() ? 'folder' : 'file'
}

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function describe(value: Json): string {
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'a map'
  return typeof value === 'string' ? `the text ${JSON.stringify(value.slice(0, 40))}` : JSON.stringify(value)
}
