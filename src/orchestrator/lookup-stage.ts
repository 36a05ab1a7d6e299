import type { JsonObject } from '../base/json.ts'
import { keyDifference, type ComparedKey } from './key-difference.ts'
import type { PathArtifacts } from './path-artifacts.ts'
import type { ReadyStage } from './ready-stage.ts'
import { keyRecord, stageKey, type KeyRecord, type StageKey } from './stage-key.ts'
import type { ActionResult, PastKey, Store } from './store/store.ts'

export type FoundStage = { readonly key: StageKey; readonly record: KeyRecord } & (
  | { readonly hit: ActionResult }
  /** Why there is no result to take, in a few words. */
  | { readonly hit?: never; readonly because: string }
)

export interface LookupParts {
  readonly store: Store
  readonly runtime: JsonObject
  /** Whether the user asked for this stage to run again (`--fresh`). */
  readonly fresh: (id: string) => boolean
  readonly paths: PathArtifacts
}

/** The stored result of a stage, or the reason why it has to run. */
export async function lookupStage(
  stage: ReadyStage,
  { store, runtime, fresh, paths }: LookupParts,
): Promise<FoundStage> {
  const record = keyRecord(stage, runtime)
  const key = stageKey(record)
  if (fresh(stage.id)) return { key, record, because: 'asked to run afresh' }
  const lookup = await store.lookup(key)
  switch (lookup.found) {
    case 'hit':
      return { key, record, hit: lookup.action }
    case 'corrupt':
      return { key, record, because: `${lookup.what}; made anew` }
    case 'nothing':
      return {
        key,
        record,
        because: missReason({ id: stage.id, key, record, sources: paths.sourcesOf(stage.inputs) }, store),
      }
  }
}

/** Results of other stages that are compared at most, newest first; more would only slow a cold run down. */
const compared = 50

interface MissedKey extends ComparedKey {
  readonly id: string
  readonly key: StageKey
}

function missReason(missed: MissedKey, store: Store): string {
  const { id, key, record } = missed
  if (store.wasInterrupted(key)) return 'goes on from its checkpoint: an earlier attempt was cut off'
  const past = store.history(record.kind)
  if (past.some((one) => one.key === key)) return 'its stored result is gone'
  const own = ranked(past.filter(({ stage }) => stage === id).slice(-compared), missed).find(isTold)
  if (own !== undefined) return own.differences.join(', ')
  const near = nearest(past.slice(-compared), missed)
  return near === undefined
    ? 'never ran'
    : `never ran; nearest is ${near.stage}: ${keyDifference(near, missed).join(', ')}`
}

/** Past keys by how much they differ, the newest first among equals. */
const ranked = (past: readonly PastKey[], missed: ComparedKey): { one: PastKey; differences: string[] }[] =>
  past
    .map((one) => ({ one, differences: keyDifference(one, missed) }))
    .reverse()
    .sort((a, b) => a.differences.length - b.differences.length)

const isTold = ({ differences }: { differences: readonly string[] }): boolean => differences.length > 0

/** The key of another stage that is nearest, if it differs in at most two things; further ones explain nothing. */
function nearest(past: readonly PastKey[], missed: ComparedKey): PastKey | undefined {
  const withoutSeed = (differences: string[]): number => differences.filter((text) => !text.startsWith('seed ')).length
  return ranked(past, missed).find(({ differences }) => [1, 2].includes(withoutSeed(differences)))?.one
}
