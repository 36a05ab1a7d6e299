import type { StageInput } from '../../stage/artifact.ts'
import type { StageContext } from '../../stage/stage-context.ts'
import { asStageError } from '../series.ts'
import { openLosses, type OpenLosses } from './open-losses.ts'
import type { SequenceLosses } from './sequence-losses.ts'

/** The losses of one model, with what they are losses of. */
export interface ModelLosses extends Pick<OpenLosses, 'unit' | 'choices'> {
  readonly losses: SequenceLosses
}

/** Measures a model on text or on examples, the first `limit` of them. Throws StageError where the data does not fit it. */
export async function modelLosses(
  model: StageInput | undefined,
  data: StageInput | undefined,
  { ctx, limit }: { readonly ctx: StageContext; readonly limit?: number },
): Promise<ModelLosses> {
  return asStageError(async () => {
    const given = data ?? { type: 'dataset', path: '' }
    const opened = await openLosses({
      folder: model?.path ?? '',
      data: given,
      ctx,
      ...(limit !== undefined && { limit }),
    })
    try {
      return { losses: await opened.losses(), unit: opened.unit, choices: opened.choices }
    } finally {
      await opened.close()
    }
  })
}
