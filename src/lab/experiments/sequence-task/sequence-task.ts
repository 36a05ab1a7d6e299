import { basename } from 'node:path'
import { Type } from '@sinclair/typebox'
import { StageError } from '../../../stage/stage-context.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import { readText } from '../../datasets/read-text.ts'
import { openTokenizer } from '../../datasets/tokenizer.ts'
import { itemOutputs, measureItems } from '../item-metrics.ts'
import { metricsReport } from '../metrics-report.ts'
import { readTasks, type SequenceTask } from './read-tasks.ts'
import { comparedMetrics, scoreTasks, taskMetrics } from './score-tasks.ts'

const metrics = { ...taskMetrics, ...comparedMetrics }

/** The user's own inputs and answers, all of them, so that models are compared on the same ones. */
export const sequenceTask = defineStage({
  name: 'sequence-task',
  version: 2,
  role: 'experiment',
  summary: 'Inputs and answers of one’s own: does the model say the answer, all of it?',
  seeded: false,
  params: Type.Object({
    side: Type.Union([Type.Literal('clean'), Type.Literal('corrupt')], {
      default: 'clean',
      description: 'Which prompt of auto-circuit’s pairs to ask',
    }),
    start: Type.Boolean({ default: true, description: 'Begin each text with the start token, where there is one' }),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Use only this many tasks, from the start. Left out: all' }),
    ),
  }),
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    tasks: {
      accepts: ['path', 'text'],
      description:
        'JSONL of {"input", "answer"} (or "answers" of one token each, and "wrong" ones), texts or lists of token numbers; or auto-circuit’s JSON',
    },
  },
  outputs: itemOutputs(metrics),
  metrics,
  run: async ({ with: { side, start, limit }, inputs, ctx }) => {
    const folder = inputs['model']?.path ?? ''
    const file = inputs['tasks']?.path ?? ''
    const text = await readText(file)
    const all = await readTasks(text, { source: basename(file), side, start, tokenizer: () => openTokenizer(folder) })
    const tasks = all.slice(0, limit)
    const measured = compares(tasks) ? metrics : taskMetrics
    // Padding stands behind what is asked, where a causal model does not look.
    return measureItems({ model: inputs['model'], metrics: measured, sample: true }, ctx, (model) =>
      scoreTasks(model, tasks, 0),
    )
  },
  report: metricsReport,
})

/** Whether wrong answers are given. Throws StageError where only some tasks have them: a mean over those is of other tasks. */
function compares(tasks: readonly SequenceTask[]): boolean {
  const count = tasks.filter(({ wrong }) => wrong.length > 0).length
  if (count > 0 && count < tasks.length)
    throw new StageError(
      `${count} of ${tasks.length} tasks have wrong answers to compare with`,
      'Give them to all tasks, or to none.',
    )
  return count > 0
}
