import type { StageKind } from '../stage/stage-kind.ts'

/** Everything that may stand under `with` of a kind. */
export const keysOf = (kind: StageKind): string[] => [
  ...Object.keys(kind.inputs),
  ...Object.keys(kind.templates ?? {}),
  ...Object.keys(kind.params.properties),
  ...(kind.seeded && !Object.hasOwn(kind.params.properties, 'seed') ? ['seed'] : []),
]
