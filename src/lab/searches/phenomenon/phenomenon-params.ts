import { Type, type Static } from '@sinclair/typebox'
import { searchParams } from '../coarsest/search-params.ts'

const { turn: _, past, ...shared } = searchParams
/** Those of each search, and what is its own. */
export const phenomenonParams = Type.Object({
  ...shared,
  past: { ...past, default: 2 },
  melted: Type.Number({
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    default: 0.5,
    description:
      'A metric has melted when it has lost this share of what it had above `baseline` (above 0 without one)',
  }),
})
export type PhenomenonParams = Static<typeof phenomenonParams>
