import type { Json } from '../../../../src/base/json.ts'
import { seededRandom, type Random } from '../../../../src/lab/random.ts'
import type { Answer } from '../../../../src/lab/searches/coarsest/answer.ts'
import { coarsest } from '../../../../src/lab/searches/coarsest/coarsest.ts'
import type { ArtifactRef, ArtifactType } from '../../../../src/stage/artifact.ts'
import type { Metrics } from '../../../../src/stage/metrics.ts'
import { isGrowing, type ChildResult, type ChildStage } from '../../../../src/stage/stage-kind.ts'
import { autoregressiveChains } from '../../statistics/autoregressive.ts'
import { params, templates } from './synthetic.ts'

/** What is true of a model that does not exist, and how the draws at one level differ. */
export interface Truth {
  /** By nβ; Infinity for the model itself. */
  readonly accuracy: (nbeta: number) => number
  /** Standard deviation of a draw's error rate over its mean; log-normal, so accuracy has a tail downwards. */
  readonly spread: number
  /** Correlation of one draw with the next in its chain. */
  readonly coefficient: number
}

const items = 256
const lambda = 60

/** A value with a digest of its own: hashing would be most of the time of thousands of searches. */
let count = 0
const unique = (type: ArtifactType, value: Json): ArtifactRef => ({
  type,
  digest: `sha256:${String(++count)}` as never,
  value,
})

/** One whole search, with random numbers of its own: 4 chains × 6 draws × 256 prompts at each look. */
export function wholeSearch(run: number, truth: Truth, more: object): Answer {
  if (!isGrowing(coarsest)) throw new Error('coarsest grows')
  const random = seededRandom('0d', run)
  const results: Record<string, ChildResult> = {}
  const draws = new Map<unknown, number[][]>()
  const model = unique('model', Infinity)
  for (;;) {
    const given = { with: { ...params, ...more }, inputs: { model }, stage: 'claim' }
    const { outputs, stages } = coarsest.grow({ ...given, templates: { ...templates, beside: {} }, results })
    const found = outputs?.['answer']
    if (found !== undefined && 'value' in found) return found.value as unknown as Answer
    const open = stages.filter(({ name }) => results[name] === undefined)
    if (open.length === 0) throw new Error('the search asks for nothing and gives no answer')
    for (const child of open) results[child.name] = answer(child, { truth, random, draws })
  }
}

interface Known {
  readonly truth: Truth
  readonly random: Random
  /** Error rates of each draw, by the model that was measured: further passes over it have new prompts only. */
  readonly draws: Map<unknown, number[][]>
}

function answer({ use, with: given, inputs }: ChildStage, { truth, random, draws }: Known): ChildResult {
  const metrics = (values: Metrics['metrics']): ArtifactRef => unique('metrics', { metrics: values } as unknown as Json)
  if (use === 'loss')
    return {
      outputs: { metrics: metrics({ loss: { unit: 'nats/token', values: [[1]], items: 2000, itemError: 0.003 } }) },
    }
  if (use === 'data-size') return { outputs: { uniform: unique('number', 6) } }
  if (use === 'sgld') {
    const nbeta = Number(given['nbeta'])
    const values = Array.from({ length: 4 }, () =>
      Array.from({ length: 6 }, () => lambda / nbeta + 0.001 * (random.uniform() - 0.5)),
    )
    return {
      outputs: {
        model: unique('ensemble', nbeta),
        loss: metrics({ excess: { unit: 'nats/token', values, items } }),
        diagnosis: unique('record', { verdict: 'healthy', findings: [] }),
      },
    }
  }
  const model = inputs['model']
  const nbeta = model !== undefined && 'value' in model ? (model.value as number) : Infinity
  const rates = draws.get(model) ?? errorRates(nbeta, truth, random)
  draws.set(model, rates)
  const values = rates.map((chain) => chain.map((rate) => 1 - binomial(rate, random) / items))
  return { outputs: { metrics: metrics({ accuracy: { unit: 'proportion', values, items } }) } }
}

function errorRates(nbeta: number, { accuracy, spread, coefficient }: Truth, random: Random): number[][] {
  const mean = 1 - accuracy(nbeta)
  if (nbeta === Infinity) return [[mean]]
  return autoregressiveChains(random, { chains: 4, draws: 6, coefficient }).map((chain) =>
    chain.map((z) => Math.min(1, mean * Math.exp(spread * z - spread ** 2 / 2))),
  )
}

/** How many of the items go wrong, by inversion of the distribution. */
function binomial(rate: number, { uniform }: Random): number {
  let [at, left] = [0, uniform()]
  for (let chance = (1 - rate) ** items; left >= chance && at < items; at++) {
    left -= chance
    chance *= ((items - at) / (at + 1)) * (rate / (1 - rate))
  }
  return at
}
