import { basename } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { StageInput } from '../../stage/artifact.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readText } from '../datasets/read-text.ts'
import { openTokenizer, type TextTokenizer } from '../datasets/tokenizer.ts'
import { seededRandom, type Random } from '../random.ts'
import { answerMetrics, promptTokens, scoreAnswers, wordToken, type AnswerPrompt } from './answers.ts'
import { metricsReport } from './metrics-report.ts'
import { itemOutputs, measureItems, type MetricTable } from './item-metrics.ts'
import { begunWith, startParam } from './start-token.ts'

const metrics = {
  ...answerMetrics,
  sharpness: {
    unit: 'dimensionless',
    description: 'Mean probability of the year after the first less that of the year before it',
  },
} as const satisfies MetricTable

/** Things that last for years. */
const spans = (
  'war siege treaty reign truce drought famine trial tour campaign strike voyage rebellion dynasty alliance exile ' +
  'occupation boycott expedition feud embargo mission blockade crusade marriage partnership dispute inquiry festival ' +
  'restoration survey project'
).split(' ')

export const greaterThan = defineStage({
  name: 'greater-than',
  version: 2,
  role: 'experiment',
  summary: 'Greater-than: "The war lasted from the year 1732 to the year 17" → a number above 32',
  source: 'Hanna, Liu and Variengien 2023, arXiv 2305.00586',
  seeded: true,
  params: Type.Object({
    prompts: Type.Integer({
      minimum: 8,
      maximum: 100_000,
      default: 256,
      description: 'Prompts for each posterior draw, drawn afresh',
    }),
    firstCentury: Type.Integer({
      minimum: 10,
      maximum: 98,
      default: 11,
      description: 'First two digits of the earliest year',
    }),
    lastCentury: Type.Integer({
      minimum: 10,
      maximum: 98,
      default: 17,
      description: 'First two digits of the latest year',
    }),
    start: startParam,
  }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    nouns: {
      accepts: ['path'],
      optional: true,
      description: 'JSON list of things that last, or a map with such a list as NOUNS. Left out: a list of its own',
    },
  },
  outputs: itemOutputs(metrics),
  metrics,
  run: async ({ with: { prompts, firstCentury, lastCentury, start }, inputs, ctx }) => {
    const tokenizer = begunWith(await openTokenizer(inputs.model?.path ?? ''), start)
    const draw = yearDrawer(await nounsFrom(inputs.nouns), { firstCentury, lastCentury }, tokenizer)
    return measureItems({ model: inputs.model, metrics }, ctx, async (model, { chain, draw: number }) => {
      const random = seededRandom(ctx.seed, 'greater-than', chain, number)
      const asked = Array.from({ length: prompts }, () => draw(random))
      const sharpness = new Float64Array(asked.length)
      const scores = await scoreAnswers(model, asked, {
        pad: tokenizer.pad,
        also: ({ probability }, i) => {
          const { after, before } = asked[i] as YearPrompt
          sharpness[i] = probability([after]) - probability([before])
        },
      })
      return { ...scores, sharpness }
    })
  },
  report: metricsReport,
})

export interface YearPrompt extends AnswerPrompt {
  /** Tokens of the years after and before the first year, two digits each. */
  readonly after: number
  readonly before: number
}

/**
 * A function that draws prompts: noun, century, year from 02 to 98, all uniform over the years that the tokenizer
 * splits into two digits and two digits. Throws StageError where it splits too few so.
 */
export function yearDrawer(
  nouns: readonly string[],
  { firstCentury, lastCentury }: { firstCentury: number; lastCentury: number },
  tokenizer: TextTokenizer,
): (random: Random) => YearPrompt {
  if (lastCentury < firstCentury)
    throw new StageError(`lastCentury ${lastCentury} is before firstCentury ${firstCentury}`)
  const centuries = Array.from({ length: lastCentury - firstCentury + 1 }, (_, i) => firstCentury + i)
    .map((century) => ({ century, tokens: yearTokens(century, tokenizer) }))
    .filter(({ tokens }) => startsOf(tokens).length >= fewestYears)
  if (centuries.length === 0)
    throw new StageError(
      `the model's tokenizer splits too few years such as 1732 into 17 and 32`,
      'Greater-than needs a tokenizer with tokens of two digits, such as that of GPT-2.',
    )
  return (random) => {
    const { century, tokens } = random.pick(centuries)
    const year = random.pick(startsOf(tokens))
    const text = `The ${random.pick(nouns)} lasted from the year ${century}${digits(year)} to the year ${century}`
    const those = (from: number, to: number): number[] =>
      tokens.slice(from, to).filter((token): token is number => token !== undefined)
    return {
      text,
      tokens: promptTokens(text, tokenizer),
      right: those(year + 1, 100),
      wrong: those(0, year + 1),
      after: tokens[year + 1] as number,
      before: tokens[year - 1] as number,
    }
  }
}

const fewestYears = 20
const digits = (year: number): string => String(year).padStart(2, '0')

/** First years that can be asked for: they and their neighbours are two tokens. */
const startsOf = (tokens: readonly (number | undefined)[]): number[] =>
  tokens.flatMap((token, year) =>
    year >= 2 && year <= 98 && token !== undefined && tokens[year - 1] !== undefined && tokens[year + 1] !== undefined
      ? [year]
      : [],
  )

/** Token of the last two digits by year, 0 to 99, where the whole year is the century's token and one more. */
function yearTokens(century: number, tokenizer: TextTokenizer): (number | undefined)[] {
  const first = wordToken(String(century), tokenizer)
  return Array.from({ length: 100 }, (_, year) => {
    const [head, token, ...more] = tokenizer.encode(` ${century}${digits(year)}`)
    return head === first && first !== undefined && more.length === 0 ? token : undefined
  })
}

async function nounsFrom(input: StageInput | undefined): Promise<readonly string[]> {
  if (input?.path === undefined) return spans
  const text = await readText(input.path)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new StageError(`${basename(input.path)} is not JSON (${(error as Error).message})`)
  }
  const list: unknown = Array.isArray(value) ? value : (value as { NOUNS?: unknown } | null)?.NOUNS
  if (!Array.isArray(list) || list.length === 0 || !list.every((noun) => typeof noun === 'string'))
    throw new StageError(
      `${basename(input.path)} has no list of nouns`,
      'Write ["war", "siege", …], or {"NOUNS": […]}.',
    )
  return list
}
