import { defineSearch, defineStage } from '../../stage/stage-kind.ts'
import { chainKind } from './sgld/chain-kind.ts'
import { momentumParam, samplerParams } from './sgld/params.ts'
import { samplerKind } from './sgld/sampler-kind.ts'

/** SGNHT in the symmetric splitting BADODAB: the friction follows the kinetic energy, so minibatches of constant noise do not heat the chain. */
const description = {
  name: 'sgnht' as const,
  version: 2,
  summary:
    'Draws from the tempered local posterior with a momentum and a thermostat that balances noise of the gradient',
  source: 'Ding et al. 2014; Leimkuhler and Shang 2016 (BADODAB)',
  params: { ...samplerParams, momentum: momentumParam },
}
export const sgnht = defineSearch(samplerKind(description))
export const sgnhtChain = defineStage(chainKind(description))
