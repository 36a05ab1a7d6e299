import { createHash } from 'node:crypto'
import { canonicalJson } from '../base/canonical-json.ts'

/**
 * The seed of a named stage: the first 16 hexadecimal digits (64 bits) of SHA-256 over the canonical JSON of
 * `[seed, name]`. It depends on nothing else, so adding a stage changes no other stage's numbers.
 * `seed` is the pipeline's seed (integer) or another derived seed; `name` is the full stage id (`ioi/level-03/degrade`).
 */
export function deriveSeed(seed: number | string, name: string): string {
  return createHash('sha256')
    .update(canonicalJson([seed, name]))
    .digest('hex')
    .slice(0, 16)
}
