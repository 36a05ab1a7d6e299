import { Type } from '@sinclair/typebox'
import type { LanguageModel } from '../../../engine/model/language-model.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import { openTokenizer } from '../../datasets/tokenizer.ts'
import { seededRandom } from '../../random.ts'
import { metricsReport } from '../metrics-report.ts'
import { itemOutputs, measureItems, type ItemValues, type MetricTable } from '../item-metrics.ts'
import { eachNextToken, isTop, packPrompts, tokenLoss } from '../prompts.ts'
import { promptDrawer, type IoiPrompt } from './draw-prompts.ts'
import { wordsFrom } from './words.ts'
import { begunWith, startParam } from '../start-token.ts'

const metrics = {
  accuracy: {
    unit: 'proportion',
    description: 'Share of prompts where the indirect object has a higher logit than the subject',
  },
  top1: { unit: 'proportion', description: 'Share of prompts where the indirect object is the likeliest token of all' },
  'logit-difference': { unit: 'logits', description: 'Mean logit of the indirect object less that of the subject' },
  probability: { unit: 'probability', description: 'Mean probability of the indirect object' },
} as const satisfies MetricTable

/**
 * Indirect object identification. Prompts are drawn afresh for every posterior draw, from the stage's seed and the
 * draw's chain and number, so that the spread between draws holds the chance of the prompts as well as the posterior's,
 * and chains are independent in both.
 */
export const ioi = defineStage({
  name: 'ioi',
  version: 3,
  role: 'experiment',
  summary: 'Indirect object identification: "… Mary and John … John gave a drink to" → " Mary"',
  source: 'Wang et al. 2022, arXiv 2211.00593',
  seeded: true,
  params: Type.Object({
    prompts: Type.Integer({
      minimum: 8,
      maximum: 100_000,
      default: 256,
      description: 'Prompts for each posterior draw',
    }),
    order: Type.Union([Type.Literal('mixed'), Type.Literal('ABBA'), Type.Literal('BABA')], {
      default: 'mixed',
      description: 'Which name comes first: ABBA the indirect object, BABA the subject, mixed either',
    }),
    start: startParam,
  }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    grammar: {
      accepts: ['record', 'path'],
      optional: true,
      description:
        "Names, places, objects and templates in the model's own words, or a JSON file of the paper's own lists " +
        '(NAMES, PLACES, OBJECTS, BABA_TEMPLATES). Left out: English words of our own',
    },
  },
  outputs: itemOutputs(metrics),
  metrics,
  run: async ({ with: { prompts, order, start }, inputs, ctx }) => {
    const tokenizer = begunWith(await openTokenizer(inputs.model?.path ?? ''), start)
    const draw = promptDrawer(await wordsFrom(inputs.grammar), tokenizer, order)
    return measureItems({ model: inputs.model, metrics }, ctx, (model, member) => {
      const random = seededRandom(ctx.seed, 'ioi', member.chain, member.draw)
      return scoreIoi(
        model,
        Array.from({ length: prompts }, () => draw(random)),
        tokenizer.pad,
      )
    })
  },
  report: metricsReport,
})

/** Scores one set of weights, prompt by prompt. */
export async function scoreIoi(
  model: LanguageModel,
  prompts: readonly IoiPrompt[],
  pad: number,
): Promise<ItemValues<typeof metrics>> {
  const batch = packPrompts(
    prompts.map(({ tokens }) => tokens),
    pad,
  )
  const values = (): Float64Array => new Float64Array(prompts.length)
  const result = { accuracy: values(), top1: values(), 'logit-difference': values(), probability: values() }
  await eachNextToken(model, batch, (logits, i) => {
    const { io, s } = prompts[i] as IoiPrompt
    const difference = (logits[io] ?? Number.NaN) - (logits[s] ?? Number.NaN)
    result['logit-difference'][i] = difference
    result.accuracy[i] = Number.isNaN(difference) ? Number.NaN : Number(difference > 0)
    result.top1[i] = Number(isTop(logits, io))
    result.probability[i] = Math.exp(-tokenLoss(logits, io))
  })
  return result
}
