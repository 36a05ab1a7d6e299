import { Type } from '@sinclair/typebox'
import { defineSearch, defineStage } from '../../stage/stage-kind.ts'
import { chainKind } from './sgld/chain-kind.ts'
import { exactParams } from './sgld/params.ts'
import { samplerKind } from './sgld/sampler-kind.ts'

/** pCN: proposals from the localization’s own Gaussian law, accepted by the loss of the same sequences; needs no gradient. */
const description = {
  name: 'pcn' as const,
  version: 2,
  summary: 'Draws from the tempered local posterior by preconditioned Crank–Nicolson moves, from losses alone',
  source: 'Cotter, Roberts, Stuart and White 2013',
  params: {
    ...exactParams,
    step: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.01,
      description: 'Share b of the proposal that is drawn anew; smaller is accepted more often',
    }),
  },
}
export const pcn = defineSearch(samplerKind(description))
export const pcnChain = defineStage(chainKind(description))
