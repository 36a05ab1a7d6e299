import { join } from 'node:path'
import type { StoredTensor } from '../../engine/model/safetensors.ts'
import type { OutputPort } from '../../stage/stage-kind.ts'
import type { StageContext } from '../../stage/stage-context.ts'
import type { Member } from '../series.ts'

/** The output `items` of an experiment; `what` its tensors [models, items] hold, beside which model each row is of. */
export const readingsPort = (what: string): OutputPort => ({
  type: 'readings',
  description: `${what}, so that a claim can be examined again: safetensors, tensors [models, items], and \`chain\`, \`draw\`, \`step\` [models]`,
})

/** Writes what was measured of each item of each model: a tensor [models, items] a name. All rows are equally long. */
export async function writeReadings(
  ctx: Pick<StageContext, 'out'>,
  readings: readonly { readonly member: Member; readonly values: Readonly<Record<string, ArrayLike<number>>> }[],
): Promise<{ readonly path: string }> {
  const { writeSafetensors } = await import('../../engine/model/safetensors.ts')
  const path = join(ctx.out, 'items.safetensors')
  const tensors = new Map<string, StoredTensor>()
  for (const [name, first] of Object.entries(readings[0]?.values ?? {})) {
    const data = new Float32Array(readings.length * first.length)
    for (const [row, { values }] of readings.entries()) data.set(values[name]!, row * first.length)
    tensors.set(name, { dtype: 'F32', shape: [readings.length, first.length], data })
  }
  for (const which of ['chain', 'draw', 'step'] as const)
    tensors.set(which, {
      dtype: 'I32',
      shape: [readings.length],
      data: Int32Array.from(readings, ({ member }) => member[which]),
    })
  await writeSafetensors(path, tensors)
  return { path }
}
