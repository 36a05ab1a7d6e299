import { join } from 'node:path'
import type { StageInput } from '../../stage/artifact.ts'
import type { MetricSamples } from '../../stage/metrics.ts'
import type { StageContext } from '../../stage/stage-context.ts'
import { openLosses } from '../scales/open-losses.ts'
import { meanPerToken } from '../scales/sequence-losses.ts'
import { asStageError, samplesOf, type Member, type Reading } from '../series.ts'

/** What a degradation is given that says on what to measure. */
export interface Measuring {
  readonly inputs: Readonly<Record<string, StageInput>>
  readonly ctx: StageContext
  /** How many sequences of `measured` to use. */
  readonly evaluate: number
}

/**
 * Loss of each member of an ensemble, and its excess over the original's, sequence by sequence, where it is known what
 * the original is. Nothing without a dataset to measure on.
 */
export async function measureLosses(
  { inputs, evaluate, ctx }: Measuring,
  { path, members }: { readonly path: string; readonly members: readonly Member[] },
): Promise<Record<string, MetricSamples>> {
  const measured = inputs['measured']
  if (measured === undefined) return {}
  const given = inputs['model']
  const original = inputs['original']?.path ?? (given?.type === 'ensemble' ? undefined : given?.path)
  const options = { data: measured, limit: evaluate, ctx, ...(original === undefined ? { weights: null } : {}) }
  const opened = await asStageError(() => openLosses({ folder: original ?? path, ...options }))
  try {
    const own = original === undefined ? undefined : await asStageError(() => opened.losses())
    const readings: { member: Member; loss: Reading; excess?: Reading }[] = []
    for (const member of members) {
      ctx.signal.throwIfAborted()
      await asStageError(() => opened.loadWeights(join(path, member.file)))
      const { nats, tokens } = await asStageError(() => opened.losses())
      const excess = own && { nats: nats.map((value, i) => value - own.nats[i]!), tokens }
      readings.push({
        member,
        loss: meanPerToken({ nats, tokens }),
        ...(excess && { excess: meanPerToken(excess) }),
      })
    }
    const items = { unit: opened.unit, items: opened.items }
    const samples = (of: (one: (typeof readings)[number]) => Reading): MetricSamples =>
      samplesOf(
        readings.map((one) => ({
          member: one.member,
          reading: of(one),
        })),
        items,
      )
    const excess = own && samples((one) => one.excess ?? one.loss)
    return { loss: samples((one) => one.loss), ...(excess && { excess }) }
  } finally {
    await opened.close()
  }
}
