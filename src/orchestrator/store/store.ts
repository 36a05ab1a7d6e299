import type { Digest } from '../../base/digest.ts'
import type { ArtifactType, FileArtifact } from '../../stage/artifact.ts'
import type { Outputs } from '../event.ts'
import type { KeyRecord, StageKey } from '../stage-key.ts'

/** What a finished stage left, under its key. */
export interface ActionResult {
  readonly key: StageKey
  /** What the key was made of, kept so that a later miss can be explained. */
  readonly record: KeyRecord
  /** Full id of the stage that made it. */
  readonly stage: string
  readonly outputs: Outputs
  /** Seconds the stage ran. */
  readonly seconds: number
  readonly sources?: Sources
}

/** Where inputs that are the user's own files lay, and what was in them, so that a later miss can name the file that changed. */
export type Sources = Readonly<Record<string, InputSource>>
export interface InputSource {
  readonly path: string
  /** Path below it (empty for a single file) and digest; absent where there are too many to keep. */
  readonly files?: readonly (readonly [path: string, digest: Digest])[]
}

/** `corrupt`: there was a result, but its bytes are not what was stored. It counts as a miss and is replaced by the next publish. */
export type Lookup =
  | { readonly found: 'hit'; readonly action: ActionResult }
  | { readonly found: 'nothing' }
  | { readonly found: 'corrupt'; readonly what: string }

/** Where an attempt of a stage works. `out` is empty and its own; `scratch` is the key's and outlives the attempt. */
export interface Workplace {
  readonly out: string
  readonly scratch: string
  /** Whether an earlier attempt, cut off, left something in `scratch`. */
  readonly resumes: boolean
}

/**
 * Artifacts by digest and results of stages by key. A result is visible only after every byte that it names is stored,
 * so a crash at any moment leaves either the whole result or none.
 */
export interface Store {
  /** A hit has been verified: every file is there with its size and digest. */
  lookup(key: StageKey): Promise<Lookup>
  /** Makes a result visible. Its files must have been published before. */
  publish(action: ActionResult): Promise<void>
  /** Moves a file or folder into the store. Throws a StageError on a link or a device. `durable`: survive power loss too. */
  publishFiles(from: {
    readonly path: string
    readonly type: ArtifactType
    readonly durable: boolean
  }): Promise<FileArtifact>
  /** Absolute path of an artifact's file or folder, to read only. Throws if the store does not have it. */
  materialise(artifact: FileArtifact): Promise<string>
  /** Results of one kind published so far, oldest first. */
  history(kind: string): readonly PastKey[]
  /** Whether an attempt of this key was cut off and left checkpoints. */
  wasInterrupted(key: StageKey): boolean
  openWorkplace(key: StageKey): Workplace
  /** Removes an attempt's `out` and, unless it shall go on later, its `scratch`. */
  closeWorkplace(key: StageKey, workplace: Workplace, keepScratch: boolean): void
  /** Forgets what an interrupted attempt left. */
  discardScratch(key: StageKey): void
  /** Writes down what makes the next start fast. */
  close(): void
}

export interface PastKey {
  readonly key: StageKey
  readonly stage: string
  readonly record: KeyRecord
  readonly sources?: Sources
}
