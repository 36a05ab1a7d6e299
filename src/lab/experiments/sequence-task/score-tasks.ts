import { largest } from '../../../base/largest.ts'
import type { LanguageModel } from '../../../engine/model/language-model.ts'
import type { MetricTable } from '../item-metrics.ts'
import { eachNextToken, isTop, packPrompts, tokenLoss } from '../prompts.ts'
import type { SequenceTask } from './read-tasks.ts'

export const taskMetrics = {
  accuracy: {
    unit: 'proportion',
    description: 'Share of tasks whose whole answer is what the model says when it always takes the likeliest token',
  },
  'token-accuracy': {
    unit: 'proportion',
    description: 'Mean over tasks of the share of answer tokens that are the likeliest, those before them given',
  },
  loss: {
    unit: 'nats',
    description: 'Mean −ln probability of the answer, its tokens together; of several right answers, of any',
  },
} as const satisfies MetricTable

export const comparedMetrics = {
  'logit-difference': {
    unit: 'logits',
    description: 'Mean logit of the right answers less that of the wrong ones, each averaged over a task’s',
  },
  preferred: {
    unit: 'proportion',
    description: 'Share of tasks where every right answer has a higher logit than every wrong one',
  },
} as const satisfies MetricTable

export type TaskValues = Readonly<Record<keyof typeof taskMetrics | keyof typeof comparedMetrics, Float64Array>>

/**
 * Each metric of each task. The answer's tokens are given to the model one after another: where the likeliest token is
 * the right one every time, greedy decoding says the answer, and only then.
 */
export async function scoreTasks(
  model: LanguageModel,
  tasks: readonly SequenceTask[],
  pad: number,
): Promise<TaskValues> {
  const answers = tasks.map((task) => task.answers[0] ?? [])
  const values = (): Float64Array => new Float64Array(tasks.length)
  const result = {
    accuracy: values().fill(1),
    'token-accuracy': values(),
    loss: values(),
    'logit-difference': values(),
    preferred: values(),
  }
  const rows = tasks.map(({ tokens }, i) => [...tokens, ...(answers[i] as number[]).slice(0, -1)])
  const packed = packPrompts(rows, pad)
  const longest = largest(answers.map((answer) => answer.length))
  for (let at = 0; at < longest; at++) {
    // A task whose answer has ended is asked again for its last token, and not counted.
    const positions = Int32Array.from(
      tasks,
      ({ tokens }, i) => tokens.length - 1 + Math.min(at, answers[i]!.length - 1),
    )
    await eachNextToken(model, { ...packed, positions }, (logits, i) => {
      if (at < answers[i]!.length) take(result, { task: tasks[i]!, at, i, logits })
    })
  }
  answers.forEach((answer, i) => (result['token-accuracy'][i]! /= answer.length))
  return result
}

interface Said {
  readonly task: SequenceTask
  /** Which token of the answer. */
  readonly at: number
  readonly i: number
  readonly logits: Float32Array
}

function take(result: TaskValues, { task: { answers, wrong }, at, i, logits }: Said): void {
  const right = answers.map((answer) => answer[at]!)
  const losses = right.map((token) => tokenLoss(logits, token))
  const least = Math.min(...losses)
  // −ln Σ p over right answers; of one answer its own.
  const loss = least - Math.log(losses.reduce((sum, one) => sum + Math.exp(least - one), 0))
  const top = Number.isNaN(loss) ? Number.NaN : Number(right.some((token) => isTop(logits, token)))
  result.accuracy[i] = result.accuracy[i]! * top
  result['token-accuracy'][i]! += top
  result.loss[i]! += loss
  if (at > 0 || wrong.length === 0) return
  const mean = (tokens: readonly number[]): number =>
    tokens.reduce((sum, token) => sum + logits[token]!, 0) / tokens.length
  result['logit-difference'][i] = mean(right) - mean(wrong)
  const [low, high] = [
    Math.min(...right.map((token) => logits[token]!)),
    Math.max(...wrong.map((token) => logits[token]!)),
  ]
  result.preferred[i] = Number.isNaN(low - high) ? Number.NaN : Number(low > high)
}
