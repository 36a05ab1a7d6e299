import { digestOfJson } from '../base/digest.ts'
import type { Json } from '../base/json.ts'
import type { ArtifactType, ValueArtifact } from '../stage/artifact.ts'

/** A value with the digest of its canonical JSON. Throws TypeError on NaN and infinities. */
export const valueArtifact = (type: ArtifactType, value: Json): ValueArtifact => ({
  type,
  digest: digestOfJson(value),
  value,
})
