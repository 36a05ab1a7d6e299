import type { Json } from '../base/json.ts'
import { bindValue } from './bind-value.ts'
import type { BindContext } from './bind-context.ts'
import type { Policy } from './bound.ts'
import { entryOf, type MapEntry, type YamlNode } from './node.ts'
import type { PlannedResources, PlannedRetry } from './plan.ts'
import { readQuantity, type Dimension } from './quantity.ts'
import { asMap, checkKeys } from './read-map.ts'
import { mustBeKnown } from './rules/expressions-are-valid.ts'
import { wrongCount, wrongQuantity, wrongWord } from './rules/units-are-valid.ts'
import type { StageSpec } from './spec.ts'

/** `retry`, `timeout` and `resources` of a stage, as far as they are right. */
export function bindPolicy({ retry, timeout, resources }: StageSpec, context: BindContext): Policy {
  const seconds = timeout && quantity(timeout, 'duration', context)
  const again = retry && bindRetry(retry, context)
  const needs = resources && bindResources(resources, context)
  return {
    ...(again === undefined ? {} : { retry: again }),
    ...(seconds === undefined ? {} : { timeout: seconds }),
    ...(needs === undefined ? {} : { resources: needs }),
  }
}

const backoffs = ['none', 'linear', 'exponential'] as const

/** `retry: 3`, or a map. A delay grows only where `backoff` says so. */
function bindRetry(entry: MapEntry, context: BindContext): PlannedRetry | undefined {
  if (entry.value.kind === 'scalar') {
    const attempts = count(entry, { least: 1 }, context)
    return attempts === undefined ? undefined : { attempts, backoff: 'none', delay: 0 }
  }
  const map = asMap(entry.value, { what: '`retry`', help: 'write `retry: { attempts: 3 }`' }, context.report)
  if (map === undefined) return undefined
  checkKeys(map, { known: ['attempts', 'backoff', 'delay'], place: '`retry`' }, context.report)
  const [attempts, backoff, delay] = ['attempts', 'backoff', 'delay'].map((key) => entryOf(map, key))
  if (attempts === undefined) {
    context.report(wrongCount('attempts', { span: entry.keySpan, least: 1 }))
    return undefined
  }
  const times = count(attempts, { least: 1 }, context)
  const word = backoff && known(backoff, context)
  const grows = backoffs.find((one) => one === word)
  if (word !== undefined && grows === undefined && backoff !== undefined)
    context.report(wrongWord('backoff', { node: backoff.value, words: backoffs }))
  const wait = delay && quantity(delay, 'duration', context)
  if (times === undefined) return undefined
  // Growing needs something to grow from.
  return { attempts: times, backoff: grows ?? 'none', delay: wait ?? (grows === undefined || grows === 'none' ? 0 : 1) }
}

function bindResources(entry: MapEntry, context: BindContext): PlannedResources | undefined {
  const help = 'write `resources: { cpus: 1, memory: 2GiB }`'
  const map = asMap(entry.value, { what: '`resources`', help }, context.report)
  if (map === undefined) return undefined
  checkKeys(map, { known: ['cpus', 'memory', 'gpus'], place: '`resources`' }, context.report)
  const [cpus, memory, gpus] = ['cpus', 'memory', 'gpus'].map((key) => entryOf(map, key))
  const processors = cpus && count(cpus, { least: 1 }, context)
  const bytes = memory && quantity(memory, 'size', context)
  const cards = gpus && count(gpus, { least: 0 }, context)
  return {
    ...(processors === undefined ? {} : { cpus: processors }),
    ...(bytes === undefined ? {} : { memory: bytes }),
    ...(cards === undefined ? {} : { gpus: cards }),
  }
}

/** The value, if it is known before anything runs. */
function known({ key, value }: MapEntry, context: BindContext): Json | undefined {
  const { json, holes } = bindValue(value, context)
  if (holes.length === 0) return json
  if (holes.some(({ why }) => why === 'waits')) context.report(mustBeKnown(`\`${key}\``, value))
  return undefined
}

function count(entry: MapEntry, { least }: { least: number }, context: BindContext): number | undefined {
  const value = known(entry, context)
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
  const node: YamlNode = entry.value
  context.report(wrongCount(entry.key, { span: node.span, least, value }))
  return undefined
}

function quantity(entry: MapEntry, dimension: Dimension, context: BindContext): number | undefined {
  const value = known(entry, context)
  if (value === undefined) return undefined
  const read = readQuantity(value, dimension)
  if (read.ok) return read.value
  context.report(wrongQuantity(entry.key, { span: entry.value.span, value, error: read.error }))
  return undefined
}
