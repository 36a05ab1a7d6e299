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
  const own = past.findLast(({ stage }) => stage === id)
  if (own !== undefined) return keyDifference(own, missed).join(', ')
  const near = nearest(past.slice(-compared), missed)
  return near === undefined
    ? 'never ran'
    : `never ran; nearest is ${near.stage}: ${keyDifference(near, missed).join(', ')}`
}

/** The past key with the fewest differences if there are at most two; further ones explain nothing. */
function nearest(past: readonly PastKey[], missed: ComparedKey): PastKey | undefined {
  const ranked = past
    .map((one) => ({ one, differences: keyDifference(one, missed).filter((text) => !text.startsWith('seed ')).length }))
    .filter(({ differences }) => differences >= 1 && differences <= 2)
    .sort((a, b) => a.differences - b.differences)
  return ranked[0]?.one
}
