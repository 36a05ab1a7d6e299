import { defineSearch, defineStage } from '../../stage/stage-kind.ts'
import { chainKind } from './sgld/chain-kind.ts'
import { exactParams } from './sgld/params.ts'
import { samplerKind } from './sgld/sampler-kind.ts'

/** Elliptical slice sampling: each step moves along an ellipse through a draw of the localization, on the loss of the same sequences. */
const description = {
  name: 'elliptical-slice' as const,
  version: 2,
  summary: 'Draws from the tempered local posterior by elliptical slices, from losses alone and without a step size',
  source: 'Murray, Adams and MacKay 2010',
  params: exactParams,
}
export const ellipticalSlice = defineSearch(samplerKind(description))
export const ellipticalSliceChain = defineStage(chainKind(description))
