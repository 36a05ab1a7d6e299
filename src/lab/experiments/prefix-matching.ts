import type { LanguageModel } from '../../engine/model/language-model.ts'
import { meanOf } from './prompts.ts'
import type { SaidTwice } from './said-twice.ts'

/** A head's score over models: `head` is `layer.head`. */
export interface HeadScore {
  readonly head: string
  readonly score: number
  readonly se: number
}

/**
 * Prefix-matching score of each head (Olsson et al. 2022): the attention that a token of the second block pays to the
 * token after its first occurrence, averaged over positions and sequences. From 0 to 1, by `layer.head`; empty for a
 * model whose attention cannot be read.
 */
export async function prefixMatching(
  model: LanguageModel,
  { tokens, length, start }: SaidTwice,
  block: number,
): Promise<ReadonlyMap<string, number>> {
  const { hooked } = model
  const patterns = (hooked?.hooks ?? []).flatMap(({ name }) => {
    const layer = /^blocks\.(\d+)\.attn\.hook_pattern$/.exec(name)?.[1]
    return layer === undefined ? [] : [{ layer, name }]
  })
  if (hooked === undefined || patterns.length === 0) return new Map()
  const sums = new Map<string, number>()
  const reads = patterns.map(({ name }) => name)
  const heads = new Map(patterns.map(({ name }) => [name, hooked.shape(name, length).shape[1] ?? 0]))
  await hooked.run({ tokens, length, reads }, (batch) => {
    for (const { layer, name } of patterns) {
      const attention = batch.value(name)
      const count = heads.get(name) ?? 0
      for (let head = 0; head < count; head++) {
        let sum = 0
        for (let i = 0; i < batch.count; i++)
          for (let t = 0; t < block; t++) {
            const query = start + block + t
            sum += attention[((i * count + head) * length + query) * length + start + t + 1] as number
          }
        const key = `${layer}.${head}`
        sums.set(key, (sums.get(key) ?? 0) + sum)
      }
    }
  })
  const terms = (tokens.length / length) * block
  return new Map([...sums].map(([head, sum]) => [head, sum / terms]))
}

/** Means over models, best head first. The standard error is that between models; 0 for one model. */
export function headReport(
  models: readonly ReadonlyMap<string, number>[],
): { [name in keyof HeadScore]: HeadScore[name] }[] {
  return [...(models[0]?.keys() ?? [])]
    .map((head) => {
      const { mean, error } = meanOf(models.map((scores) => scores.get(head) ?? Number.NaN))
      return { head, score: mean, se: error }
    })
    .sort((a, b) => b.score - a.score)
}
