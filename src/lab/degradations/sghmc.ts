import { defineSearch, defineStage } from '../../stage/stage-kind.ts'
import { chainKind } from './sgld/chain-kind.ts'
import { momentumParam, samplerParams } from './sgld/params.ts'
import { samplerKind } from './sgld/sampler-kind.ts'

/** SGHMC in the symmetric splitting BAOAB: as stable as SGLD at the same ε, with less error of the step size, faster where curvatures differ. */
const description = {
  name: 'sghmc' as const,
  version: 2,
  summary: 'Draws from the tempered local posterior by underdamped Langevin dynamics, which keep a momentum',
  source: 'Chen, Fox and Guestrin 2014; Leimkuhler and Matthews 2013 (BAOAB)',
  params: { ...samplerParams, momentum: momentumParam },
}
export const sghmc = defineSearch(samplerKind(description))
export const sghmcChain = defineStage(chainKind(description))
