import type { StoredTensor } from '../../../engine/model/safetensors.ts'
import type { Member } from '../../series.ts'

export interface ScoreTensor {
  /** Without the axis of models, which comes first. */
  readonly shape: readonly number[]
  /** Of one model after another. */
  readonly values: readonly number[]
}

/** Scores of single examples in fp64 with the `chain`, `draw` and `step` of each model, so that a claim can be looked at again. */
export async function writeScores(
  file: string,
  members: readonly Member[],
  tensors: Readonly<Record<string, ScoreTensor>>,
): Promise<void> {
  const { writeSafetensors } = await import('../../../engine/model/safetensors.ts')
  const stored = new Map<string, StoredTensor>()
  for (const [name, { shape, values }] of Object.entries(tensors))
    stored.set(name, { dtype: 'F64', shape: [members.length, ...shape], data: Float64Array.from(values) })
  for (const name of ['chain', 'draw', 'step'] as const)
    stored.set(name, {
      dtype: 'I32',
      shape: [members.length],
      data: Int32Array.from(members, (member) => member[name]),
    })
  await writeSafetensors(file, stored)
}
