import { existsSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import { err, ok, type Result } from '../base/result.ts'
import type { ArtifactRef, ArtifactType, StageOutput } from '../stage/artifact.ts'
import type { Outputs } from './event.ts'
import type { Failure } from './failure.ts'
import { isWorthSyncing } from './policy.ts'
import type { Store } from './store/store.ts'
import { valueArtifact } from './value-artifact.ts'

/** What a stage is to give: the ports of its kind, or those that a command declares. */
export interface Promised {
  readonly name: string
  readonly outputs: Readonly<Record<string, { readonly type: ArtifactType }>>
}
export interface Made {
  readonly outputs: Readonly<Record<string, StageOutput>>
  /** The attempt's folder; files are taken from inside it only. */
  readonly out: string
  readonly seconds: number
}

/** Puts what a stage made into the store, after checking it against what its kind declares. */
export async function publishOutputs(kind: Promised, made: Made, store: Store): Promise<Result<Outputs, Failure>> {
  const wrong = outputsFit(kind, made)
  if (wrong !== undefined) return err({ reason: 'stage-threw', message: wrong })
  const published: Record<string, ArtifactRef> = {}
  for (const [name, { type }] of Object.entries(kind.outputs)) {
    const output = made.outputs[name]
    if (output === undefined) continue
    if ('value' in output) published[name] = valueArtifact(type, output.value)
    else {
      const path = resolve(made.out, output.path)
      published[name] = await store.publishFiles({ path, type, durable: isWorthSyncing(made.seconds) })
    }
  }
  return ok(published)
}

function outputsFit(kind: Promised, { outputs, out }: Made): string | undefined {
  for (const name of Object.keys(outputs)) {
    if (kind.outputs[name] === undefined) return `kind ${kind.name} gave an output ${name} that it does not declare`
  }
  for (const [name, { type }] of Object.entries(kind.outputs)) {
    const output = outputs[name]
    if (output === undefined) return `kind ${kind.name} gave no output ${name}`
    const wrong = 'value' in output ? valueMisfit(type, output.value) : pathMisfit(output.path, out)
    if (wrong !== undefined) return `output ${name} of kind ${kind.name} ${wrong}`
  }
  return undefined
}

const valueTypes: ReadonlySet<ArtifactType> = new Set(['metrics', 'number', 'record'])

/** What keeps a value from being of a type, or undefined when it fits. */
export function valueMisfit(type: ArtifactType, value: unknown): string | undefined {
  if (!valueTypes.has(type)) return `is of type ${type}, which is made of files, but a value was given`
  if (type === 'number' && typeof value !== 'number') return 'is not a number'
  if (type === 'metrics' && !(typeof value === 'object' && value !== null && 'metrics' in value))
    return 'has no metrics in it'
  return undefined
}

function pathMisfit(path: string, out: string): string | undefined {
  const inside = relative(out, resolve(out, path))
  if (inside === '..' || inside.startsWith('../') || isAbsolute(inside))
    return 'lies outside the folder that the stage may write to'
  return existsSync(resolve(out, path))
    ? undefined
    : `names ${inside === '' ? 'its folder' : inside}, which it did not write`
}
