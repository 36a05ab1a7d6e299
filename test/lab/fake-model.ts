import type { LanguageModel } from '../../src/engine/model/language-model.ts'

/** A model whose logits are a plain function of the tokens up to and including the last one. */
export function fakeModel(
  vocabulary: number,
  logits: (sofar: readonly number[]) => readonly number[],
  context = 64,
): LanguageModel {
  const row = (tokens: Int32Array, length: number, i: number): number[] => [
    ...tokens.subarray(i * length, (i + 1) * length),
  ]
  return {
    vocabulary,
    context,
    parameters: 0,
    loadWeights: () => Promise.resolve(),
    tokenLosses: (tokens, length) =>
      Promise.resolve(
        Float32Array.from({ length: (tokens.length / length) * (length - 1) }, (_, at) => {
          const [i, t] = [Math.floor(at / (length - 1)), at % (length - 1)]
          const given = row(tokens, length, i)
          const scores = logits(given.slice(0, t + 1))
          return (
            Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) -
            (scores[given[t + 1] ?? -1] ?? Number.NaN)
          )
        }),
      ),
    logitsAt: (tokens, length, positions) =>
      Promise.resolve(
        Float32Array.from(
          [...positions].flatMap((position, i) => logits(row(tokens, length, i).slice(0, position + 1))),
        ),
      ),
    close: () => Promise.resolve(),
  }
}
