import type { OpenNetwork } from '../../engine/model/open-network.ts'
import { StageError } from '../../stage/stage-context.ts'
import type { ExampleSet } from '../datasets/example-set.ts'
import { classLogits, scoreClasses } from '../experiments/class-logits.ts'
import type { SequenceLosses } from './sequence-losses.ts'

/**
 * The network's loss on each example, in double precision: −ln probability of its class, or the mean over its outputs of
 * the squared error. Each counts as one item. Throws StageError where the answers do not fit the network.
 */
export async function exampleLosses(network: OpenNetwork, set: ExampleSet): Promise<SequenceLosses> {
  const { examples, targets } = set
  const tokens = new Int32Array(examples).fill(1)
  if (targets.kind === 'class') {
    const { losses } = scoreClasses(await classLogits(network, set), targets.data)
    return { nats: Float64Array.from(losses), tokens }
  }
  const name = network.network.outputs[0] ?? ''
  const { data } = (await network.values({ data: set.inputs, examples }, [name])).get(name)!
  if (data.length !== targets.data.length)
    throw new StageError(
      `the network answers with ${data.length / examples} numbers an example, the examples have ${targets.width}`,
    )
  const nats = new Float64Array(examples)
  for (let i = 0; i < data.length; i++)
    nats[Math.floor(i / targets.width)]! += (data[i]! - targets.data[i]!) ** 2 / targets.width
  return { nats, tokens }
}
