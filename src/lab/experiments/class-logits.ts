import type { OpenNetwork } from '../../engine/model/open-network.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { ExampleSet } from '../datasets/example-set.ts'
import { isTop, tokenLoss } from './prompts.ts'

/** A row of logits for each example. */
export interface ClassLogits {
  /** Row-major [examples, classes]. */
  readonly data: Float32Array
  readonly classes: number
}

/**
 * The logits of every example: the network's first output, or the one named. Of a network that answers at every position,
 * the last position's. Throws StageError where the output is no list of logits, or of probabilities instead.
 */
export async function classLogits(
  network: OpenNetwork,
  { inputs, examples }: Pick<ExampleSet, 'inputs' | 'examples'>,
  output?: string,
): Promise<ClassLogits> {
  const name = output ?? network.network.outputs[0] ?? ''
  const { data, shape } = (await network.values({ data: inputs, examples }, [name])).get(name)!
  const classes = shape.at(-1) ?? 0
  const positions = shape.slice(1, -1).reduce((n, size) => n * size, 1)
  if (shape.length < 2 || classes < 2 || (shape.length > 3 && positions > 1))
    throw new StageError(
      `the output "${name}" has shape [${shape.join(', ')}], which is no list of logits for each example`,
    )
  if (positions === 1) return checked({ data, classes }, name)
  const last = new Float32Array(examples * classes)
  for (let i = 0; i < examples; i++) {
    const from = (i * positions + positions - 1) * classes
    last.set(data.subarray(from, from + classes), i * classes)
  }
  return checked({ data: last, classes }, name)
}

/** A softmax over what is a softmax already is no loss of the network's: it would be a wrong number without a sign of it. */
function checked(logits: ClassLogits, name: string): ClassLogits {
  const { data, classes } = logits
  for (let from = 0; from < data.length; from += classes) {
    const row = data.subarray(from, from + classes)
    const sum = row.reduce((total, value) => total + value, 0)
    if (!(Math.abs(sum - 1) < 1e-4) || row.some((value) => value < 0)) return logits
  }
  throw new StageError(
    `the output "${name}" holds probabilities: every row is of numbers from 0 that sum to 1; logits are needed`,
    'Export the network without its last softmax; classification can also be given output: the name of the value before it.',
  )
}

/** Whether each example is answered with its class, and −ln of the probability of that class. */
export interface ClassScores {
  readonly right: readonly number[]
  readonly losses: readonly number[]
}

/** NaN in both where a network's numbers are. Throws StageError for an answer that the network has no logit for. */
export function scoreClasses({ data, classes }: ClassLogits, answers: Int32Array): ClassScores {
  const wrong = answers.find((answer) => answer >= classes)
  if (wrong !== undefined)
    throw new StageError(`the examples have an answer ${wrong}, and the network ${classes} classes`)
  const row = (i: number): Float32Array => data.subarray(i * classes, (i + 1) * classes)
  const losses = Array.from(answers, (answer, i) => tokenLoss(row(i), answer))
  const right = Array.from(answers, (answer, i) =>
    Number.isNaN(losses[i]) ? Number.NaN : Number(isTop(row(i), answer)),
  )
  return { right, losses }
}
