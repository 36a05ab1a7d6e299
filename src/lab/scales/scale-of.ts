/**
 * The natural scale L* = L + (L − L_best) = 2L − L_best, in nats per token: as much worse than the model as the model is
 * than the best; `multiple` k gives L + k (L − L_best).
 */
export const scaleOf = (loss: number, best: number, multiple = 1): number => loss + multiple * (loss - best)

/**
 * How much of the loss that a uniform guess over the vocabulary has (ln |V|) is explained at loss `at`, relative to the
 * model: (ln |V| − at) / (ln |V| − model). 1 at the model itself, 0 at a uniform guess.
 */
export const explainedLoss = (at: number, model: number, vocabulary: number): number =>
  (Math.log(vocabulary) - at) / (Math.log(vocabulary) - model)
