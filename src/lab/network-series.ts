import { join } from 'node:path'
import type { OpenNetwork } from '../engine/model/open-network.ts'
import type { StageInput } from '../stage/artifact.ts'
import type { StageContext } from '../stage/stage-context.ts'
import { asStageError, readMembers, type Member } from './series.ts'

/**
 * As `readSeries`, for a network of any kind: opens it once and calls `read` with the weights of each member in turn.
 * Throws StageError for a network that cannot be opened or does not fit what is asked of it.
 */
export async function readNetworks<R>(
  model: StageInput | undefined,
  ctx: StageContext,
  read: (network: OpenNetwork, member: Member) => Promise<R>,
): Promise<{ readonly member: Member; readonly reading: R }[]> {
  const folder = model?.path ?? ''
  const members = await readMembers(folder)
  const { openNetwork } = await import('../engine/model/open-network.ts')
  return asStageError(async () => {
    const opened = await openNetwork(folder, { threads: ctx.threads, weights: null })
    try {
      const readings: { member: Member; reading: R }[] = []
      for (const member of members) {
        ctx.signal.throwIfAborted()
        await opened.loadWeights(join(folder, member.file))
        readings.push({ member, reading: await read(opened, member) })
        ctx.progress({
          fraction: readings.length / members.length,
          note: `${readings.length} of ${members.length} models`,
        })
      }
      return readings
    } finally {
      await opened.close()
    }
  })
}
