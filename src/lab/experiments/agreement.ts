import { basename } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { StageInput } from '../../stage/artifact.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { readText } from '../datasets/read-text.ts'
import { openTokenizer, type TextTokenizer } from '../datasets/tokenizer.ts'
import { seededRandom } from '../random.ts'
import { answerMetrics, promptTokens, scoreAnswers, wordToken, type AnswerPrompt } from './answers.ts'
import { drawn, promptCount } from './drawn-prompts.ts'
import { jsonLine } from './json-line.ts'
import { metricsReport } from './metrics-report.ts'
import { itemOutputs, measureItems } from './item-metrics.ts'
import { begunWith, startParam } from './start-token.ts'

const forms = ['simple', 'prepositional', 'relative'] as const
type Form = (typeof forms)[number]

/** Singular and plural. */
type Pair = readonly [string, string]
const pairsOf = (text: string): Pair[] => text.split(' ').map((pair) => pair.split('/') as [string, string])

const people = pairsOf(
  'teacher/teachers doctor/doctors farmer/farmers student/students author/authors pilot/pilots driver/drivers ' +
    'lawyer/lawyers artist/artists brother/brothers boy/boys girl/girls king/kings manager/managers',
)
const things = pairsOf(
  'car/cars house/houses table/tables window/windows tree/trees river/rivers book/books door/doors',
)
const verbs = pairsOf(
  'is/are has/have was/were does/do goes/go says/say wants/want knows/know likes/like sees/see needs/need runs/run',
)

export const agreement = defineStage({
  name: 'agreement',
  version: 2,
  role: 'experiment',
  summary: 'Subject–verb agreement: "The teachers near the car" → " are" rather than " is"',
  source: 'Linzen, Dupoux and Goldberg 2016, arXiv 1611.01368; file format: Marks et al. 2024, arXiv 2403.19647',
  seeded: true,
  params: Type.Object({
    prompts: promptCount('the list'),
    form: Type.Union(
      [...forms, 'mixed' as const].map((form) => Type.Literal(form)),
      {
        default: 'mixed',
        description:
          'What stands between subject and verb, of the other number: nothing (simple), "near the cars" (prepositional), ' +
          '"that the boys like" (relative); mixed: all three. Not for a file of prompts',
      },
    ),
    start: startParam,
  }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    sentences: {
      accepts: ['path', 'relation'],
      optional: true,
      description:
        'JSONL of clean_prefix, clean_answer and patch_answer, the verb of the wrong number. Left out: sentences of its own',
    },
  },
  outputs: itemOutputs(answerMetrics),
  metrics: answerMetrics,
  run: async ({ with: { prompts, form, start }, inputs, ctx }) => {
    const tokenizer = begunWith(await openTokenizer(inputs.model?.path ?? ''), start)
    const wanted = forms.filter((one) => form === 'mixed' || form === one)
    const all =
      inputs.sentences === undefined
        ? agreementPrompts(wanted, tokenizer)
        : await promptsFrom(inputs.sentences, tokenizer)
    const sample = inputs.sentences !== undefined && prompts >= all.length
    return measureItems(
      { model: inputs.model, metrics: answerMetrics, sample },
      ctx,
      async (model, { chain, draw }) => {
        const asked = drawn(all, prompts, seededRandom(ctx.seed, 'agreement', chain, draw))
        return scoreAnswers(model, asked, { pad: tokenizer.pad })
      },
    )
  },
  report: metricsReport,
})

/** Every subject in either number with every thing between. Throws StageError where no verb is one token in both numbers. */
export function agreementPrompts(wanted: readonly Form[], tokenizer: TextTokenizer): AnswerPrompt[] {
  const tokens = verbs
    .map((pair) => pair.map((verb) => wordToken(verb, tokenizer)))
    .filter((pair): pair is [number, number] => pair.every((token) => token !== undefined))
  if (tokens.length === 0)
    throw new StageError(
      "no verb is one token of the model's tokenizer in both numbers",
      'Give sentences: a file of prompts with answers in its own words.',
    )
  const between: Readonly<Record<Form, (other: 0 | 1) => readonly string[]>> = {
    simple: () => [''],
    prepositional: (other) => things.map((thing) => ` near the ${thing[other]}`),
    relative: (other) => people.slice(0, 8).map((person) => ` that the ${person[other]} ${verbs[8]?.[other] ?? ''}`),
  }
  const numbers = [0, 1] as const
  return wanted.flatMap((form) =>
    people.flatMap((subject) =>
      numbers.flatMap((number) =>
        between[form](number === 0 ? 1 : 0)
          .filter((words) => !words.includes(` ${subject[0]}`))
          .map((words) => {
            const text = `The ${subject[number]}${words}`
            return {
              text,
              tokens: promptTokens(text, tokenizer),
              right: tokens.map((pair) => pair[number]),
              wrong: tokens.map((pair) => pair[number === 0 ? 1 : 0]),
            }
          }),
      ),
    ),
  )
}

async function promptsFrom(input: StageInput, tokenizer: TextTokenizer): Promise<AnswerPrompt[]> {
  const source = basename(input.path ?? '')
  const lines = (await readText(input.path ?? '')).split('\n')
  const prompts = lines.flatMap((line, i) =>
    line.trim() === '' ? [] : [promptOf(line, `line ${i + 1} of ${source}`, tokenizer)],
  )
  if (prompts.length === 0) throw new StageError(`${source} has no sentences in it`)
  return prompts
}

function promptOf(line: string, where: string, tokenizer: TextTokenizer): AnswerPrompt {
  const { clean_prefix: text, clean_answer: right, patch_answer: wrong } = jsonLine(line)
  if (typeof text !== 'string' || typeof right !== 'string' || typeof wrong !== 'string')
    throw new StageError(
      `${where} is no sentence with answers`,
      'Write {"clean_prefix": "The keys", "clean_answer": " are", "patch_answer": " is"} on each line.',
    )
  const [yes, no] = [right, wrong].map((word) => {
    const token = wordToken(word.trim(), tokenizer)
    if (token === undefined)
      throw new StageError(`the answer "${word}" on ${where} is not one token of the model's tokenizer`)
    return token
  }) as [number, number]
  return { text, tokens: promptTokens(text, tokenizer), right: [yes], wrong: [no] }
}
