import { defineSearch, defineStage } from '../../stage/stage-kind.ts'
import { chainKind } from './sgld/chain-kind.ts'
import { exactStepParams } from './sgld/params.ts'
import { samplerKind } from './sgld/sampler-kind.ts'

/** MALA: on the same sequences at every step, SGLD’s move is accepted or rejected so that the law is exact at any step size. */
const description = {
  name: 'mala' as const,
  version: 2,
  summary: 'Draws from the tempered local posterior by SGLD with an accept step, without error of the step size',
  source: 'Roberts and Tweedie 1996',
  params: exactStepParams,
}
export const mala = defineSearch(samplerKind(description))
export const malaChain = defineStage(chainKind(description))
