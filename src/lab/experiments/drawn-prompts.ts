import { Type } from '@sinclair/typebox'
import type { Random } from '../random.ts'

export const promptCount = (what: string) =>
  Type.Integer({
    minimum: 8,
    maximum: 100_000,
    default: 256,
    description: `Prompts for each posterior draw, drawn afresh; where ${what} has no more, all are asked`,
  })

/** `count` of the items in random order, no item twice; all of them, in their own order, where there are no more. */
export const drawn = <T>(items: readonly T[], count: number, random: Random): readonly T[] =>
  count >= items.length ? items : random.shuffled(items).slice(0, count)
