import { digestOfJson } from '../../../../src/base/digest.ts'
import type { Json } from '../../../../src/base/json.ts'
import { coarsest } from '../../../../src/lab/searches/coarsest/coarsest.ts'
import type { Answer } from '../../../../src/lab/searches/coarsest/answer.ts'
import { seededRandom } from '../../../../src/lab/random.ts'
import type { ArtifactRef, ArtifactType } from '../../../../src/stage/artifact.ts'
import type { MetricUnit } from '../../../../src/stage/metrics.ts'
import type { ReportBlock } from '../../../../src/stage/report-block.ts'
import type { SearchView } from '../../../../src/stage/search-view.ts'
import { isGrowing, type ChildResult, type ChildStage, type Growth } from '../../../../src/stage/stage-kind.ts'

/** How a model that does not exist answers. `nbeta` is Infinity for the model itself. */
export interface World {
  readonly accuracy: (nbeta: number) => number
  readonly facts?: (nbeta: number) => number
  readonly lambda?: number
  /** Chains and draws of a level; left out: 4 × 6. */
  readonly shape?: readonly [number, number]
  /** What its losses are of; left out: nats per token. */
  readonly unit?: MetricUnit
  /** What a uniform guess loses. */
  readonly uniform?: number
  readonly verdict?: (nbeta: number) => 'healthy' | 'suspicious' | 'broken'
}

export const ref = (type: ArtifactType, value: Json): ArtifactRef => ({ type, digest: digestOfJson(value), value })
const modelRef = (nbeta: number): ArtifactRef =>
  ref(nbeta === Infinity ? 'model' : 'ensemble', nbeta === Infinity ? 'the model' : nbeta)

export const params = {
  keep: 'accuracy >= 0.95',
  until: 1.03,
  step: 0.05,
  confidence: 0.95,
  rounds: 3,
  maximum: 64,
  maxLevels: 10,
  refine: 2,
  past: 0,
}
const template = (use: string, inputs: Readonly<Record<string, ArtifactRef>> = {}) => ({
  use,
  with: { of: use },
  inputs,
})
export const templates = {
  degrade: template('sgld', { data: ref('dataset', 'text') }),
  measure: template('ioi'),
  beside: { facts: template('recall') },
}

/** Answers a child as its stage would, with 4 chains × 6 draws × 256 items of binomial noise. */
export function answer(child: ChildStage, world: World): ChildResult {
  const random = seededRandom('05', child.name)
  const nbeta = nbetaOf(child)
  const [chains, draws] = nbeta === Infinity ? [1, 1] : (world.shape ?? [4, 6])
  const count = (p: number): number => Array.from({ length: 256 }, () => random.uniform() < p).filter(Boolean).length
  const share = (p: number): number[][] =>
    Array.from({ length: chains }, () => Array.from({ length: draws }, () => count(p) / 256))
  switch (child.use) {
    case 'loss':
      return {
        outputs: {
          metrics: ref('metrics', {
            metrics: { loss: { unit: world.unit ?? 'nats/token', values: [[1]], items: 2000, itemError: 0.003 } },
          }),
        },
      }
    case 'data-size':
      return { outputs: { tokens: ref('number', 2000), uniform: ref('number', world.uniform ?? 6) } }
    case 'sgld':
      return {
        outputs: {
          model: { ...modelRef(nbeta), digest: digestOfJson([child.name, nbeta]) },
          loss: ref('metrics', { metrics: lossAt(nbeta, world, random.uniform) }),
          diagnosis: ref('record', diagnosis(world.verdict?.(nbeta) ?? 'healthy')),
        },
      }
    default:
      return {
        outputs: {
          metrics: ref('metrics', {
            metrics: {
              accuracy: {
                unit: 'proportion',
                values: share((child.use === 'ioi' ? world.accuracy : (world.facts ?? world.accuracy))(nbeta)),
                items: 256,
              },
            },
          }),
        },
      }
  }
}

function lossAt(nbeta: number, { lambda = 60, unit = 'nats/token' }: World, uniform: () => number): Json {
  const excess = Array.from({ length: 4 }, () =>
    Array.from({ length: 6 }, () => lambda / nbeta + 0.001 * (uniform() - 0.5)),
  )
  // The level's own loss is of other sequences, 0.2 nats harder: only the excess can be compared with the model.
  return {
    loss: { unit, values: excess.map((chain) => chain.map((value) => value + 1.2)), items: 256 },
    excess: { unit, values: excess, items: 256 },
  }
}

const diagnosis = (verdict: string): Json => ({
  verdict,
  findings: [
    {
      check: 'divergence',
      verdict,
      text: verdict === 'healthy' ? 'none of 4 chains diverged' : 'the loss left all bounds in chain 0',
    },
  ],
})

function nbetaOf(child: ChildStage): number {
  if (typeof child.with.nbeta === 'number') return child.with.nbeta
  const model = child.inputs.model
  return model !== undefined && 'value' in model && typeof model.value === 'number' ? model.value : Infinity
}

const kind = coarsest
if (!isGrowing(kind)) throw new Error('coarsest grows')
export const growOnce = (results: Readonly<Record<string, ChildResult>>, more: object = {}): Growth =>
  kind.grow({ with: { ...params, ...more }, inputs: { model: modelRef(Infinity) }, templates, results, stage: 'ioi' })

/** Runs the search to its end. */
export function search(
  world: World,
  more: object = {},
): {
  answer: Answer
  stages: readonly ChildStage[]
  views: SearchView[]
  blocks: readonly ReportBlock[]
  growth: Growth
} {
  const results: Record<string, ChildResult> = {}
  const views: SearchView[] = []
  for (let round = 0; round < 200; round++) {
    const growth = growOnce(results, more)
    if (growth.view) views.push(growth.view)
    const { outputs, stages } = growth
    if (outputs) {
      const found = outputs.answer as { value: Json }
      const finished = { stage: 'ioi', with: { ...params, ...more }, outputs: { answer: ref('record', found.value) } }
      return { answer: found.value as unknown as Answer, stages, views, blocks: kind.report?.(finished) ?? [], growth }
    }
    const next = stages.find(({ name }) => results[name] === undefined)
    if (next === undefined) throw new Error('the search asks for nothing and gives no answer')
    results[next.name] = answer(next, world)
  }
  throw new Error('the search does not end')
}
