import { Type } from '@sinclair/typebox'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { openTokenizer, type TextTokenizer } from '../datasets/tokenizer.ts'
import { seededRandom } from '../random.ts'
import { answerMetrics, promptTokens, scoreAnswers, wordToken, type AnswerPrompt } from './answers.ts'
import { drawn, promptCount } from './drawn-prompts.ts'
import { metricsReport } from './metrics-report.ts'
import { itemOutputs, measureItems } from './item-metrics.ts'
import { readWordLists } from './word-lists.ts'
import { begunWith, startParam } from './start-token.ts'

const own = {
  he: 'John James Robert Michael David Richard Thomas Daniel Matthew Mark Paul Steven Andrew Kevin Brian George'.split(
    ' ',
  ),
  she: 'Mary Anna Emma Susan Lisa Karen Helen Laura Sarah Jane Alice Julia Amy Linda Emily Elizabeth'.split(' '),
  templates: [
    "So {name} is a wonderful friend, isn't",
    'Everyone here says that {name} is very kind, because',
    '{name} left early today, since',
    'I asked {name} about the plan, and',
    '{name} likes to read, and on Sundays',
    'When {name} came home,',
  ],
}

export const genderedPronoun = defineStage({
  name: 'gendered-pronoun',
  version: 2,
  role: 'experiment',
  summary: 'Gendered pronoun: "When Mary came home," → " she" rather than " he"',
  source: 'Mathwin et al. 2023, Identifying a preliminary circuit for predicting gendered pronouns in GPT-2 small',
  seeded: true,
  params: Type.Object({ prompts: promptCount('the product of names and templates'), start: startParam }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    words: {
      accepts: ['record', 'path'],
      optional: true,
      description:
        'JSON with lists of names `he` and `she`, and `templates` in which {name} stands for one. Left out: English ones',
    },
  },
  outputs: itemOutputs(answerMetrics),
  metrics: answerMetrics,
  run: async ({ with: { prompts, start }, inputs, ctx }) => {
    const tokenizer = begunWith(await openTokenizer(inputs.model?.path ?? ''), start)
    const words = inputs.words === undefined ? own : await readWordLists(inputs.words, ['he', 'she', 'templates'])
    const all = pronounPrompts(words, tokenizer)
    return measureItems({ model: inputs.model, metrics: answerMetrics }, ctx, async (model, { chain, draw }) => {
      const asked = drawn(all, prompts, seededRandom(ctx.seed, 'gendered-pronoun', chain, draw))
      return scoreAnswers(model, asked, { pad: tokenizer.pad })
    })
  },
  report: metricsReport,
})

/** Every name in every template. Throws StageError where a pronoun is not one token. */
export function pronounPrompts(
  { he, she, templates }: Readonly<Record<'he' | 'she' | 'templates', readonly string[]>>,
  tokenizer: TextTokenizer,
): AnswerPrompt[] {
  const [his, her] = (['he', 'she'] as const).map((pronoun) => {
    const token = wordToken(pronoun, tokenizer)
    if (token === undefined)
      throw new StageError(
        `"${pronoun}" is not one token of the model's tokenizer`,
        'Gendered pronouns need a tokenizer for English text, such as that of GPT-2.',
      )
    return token
  }) as [number, number]
  return templates.flatMap((template) => {
    const prompt = (name: string, right: number, wrong: number): AnswerPrompt => {
      const text = template.replaceAll('{name}', name)
      return { text, tokens: promptTokens(text, tokenizer), right: [right], wrong: [wrong] }
    }
    return [...he.map((name) => prompt(name, his, her)), ...she.map((name) => prompt(name, her, his))]
  })
}
