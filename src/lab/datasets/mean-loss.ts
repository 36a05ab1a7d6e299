import type { LanguageModel } from '../../engine/model/language-model.ts'
import type { Dataset } from './dataset.ts'

/** Mean cross-entropy over predicted tokens, nats a token, summed in fp64; and how many tokens that is. */
export async function meanLoss(model: LanguageModel, { tokens, mask, length }: Dataset): Promise<{ mean: number; tokens: number }> {
  const losses = await model.tokenLosses(tokens, length)
  const steps = length - 1
  let [sum, count] = [0, 0]
  for (let i = 0; i < losses.length; i++) {
    if (mask[Math.floor(i / steps) * length + (i % steps) + 1] !== 1) continue
    sum += losses[i]!
    count++
  }
  return { mean: sum / count, tokens: count }
}
