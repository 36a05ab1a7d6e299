import type { Json, JsonObject } from '../../base/json.ts'
import type { StageInput, StageOutput } from '../../stage/artifact.ts'
import type { CommandLine } from '../../stage/command-line.ts'
import type { Progress } from '../../stage/stage-context.ts'
import type { Failure } from '../failure.ts'

/** All that an executor needs to run one stage, as plain JSON. */
export interface StageJob {
  /** Full id, for messages. */
  readonly stage: string
  readonly kind: string
  readonly with: JsonObject
  readonly inputs: Readonly<Record<string, StageInput>>
  /** 16 hexadecimal digits. */
  readonly seed: string
  readonly out: string
  readonly scratch: string
  readonly threads: number
  readonly command?: CommandLine
  /** File for what a command prints. */
  readonly log?: string
  /** Places of the executor that it takes, by default one. */
  readonly cpus?: number
  /** Bytes of the executor's memory that it takes; where absent it is not counted. */
  readonly memory?: number
}

export type StageResult = (
  | { readonly ok: true; readonly outputs: Readonly<Record<string, StageOutput>> }
  | { readonly ok: false; readonly failure: Failure }
) & {
  /** Seconds the stage ran. */
  readonly seconds: number
}

/** What a worker says. A result is sent as JSON text, so that what arrives is what would be stored. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'done'; readonly result: StageResult }

export interface JobMessage {
  readonly type: 'run'
  readonly job: StageJob
}

/**
 * The path of the first value that JSON cannot hold (`outputs.loss.value`: NaN), or undefined. A NaN that turned into
 * null on its way would be a wrong number that looks like a missing one.
 */
export function firstNonJson(
  value: unknown,
  path: string,
): { readonly path: string; readonly what: string } | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path, what: `the number ${value}` }
  if (Array.isArray(value)) return firstOf(value.map((item, index) => [`${path}[${index}]`, item as unknown]))
  if (typeof value === 'object' && isPlain(value)) {
    return firstOf(Object.entries(value).map(([name, member]) => [`${path}.${name}`, member as unknown]))
  }
  return {
    path,
    what:
      typeof value === 'object' ? `an object of class ${value.constructor.name}` : `a value of type ${typeof value}`,
  }
}

function firstOf(members: readonly (readonly [string, unknown])[]): ReturnType<typeof firstNonJson> {
  for (const [path, member] of members) {
    const found = member === undefined && !path.endsWith(']') ? undefined : firstNonJson(member, path)
    if (found !== undefined) return found
  }
  return undefined
}

const isPlain = (value: object): value is Record<string, Json> => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
