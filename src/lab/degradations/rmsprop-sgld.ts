import { Type } from '@sinclair/typebox'
import { defineSearch, defineStage } from '../../stage/stage-kind.ts'
import { chainKind } from './sgld/chain-kind.ts'
import { foundEpsilon, samplerParams } from './sgld/params.ts'
import { samplerKind } from './sgld/sampler-kind.ts'

/**
 * SGLD preconditioned by a running mean square of the gradient. The correction Γ = ∂G/∂w is left out, as is usual, so the
 * law sampled is the posterior only as far as the preconditioner varies slowly.
 */
const description = {
  name: 'rmsprop-sgld' as const,
  version: 2,
  summary:
    'Draws from the tempered local posterior by SGLD with RMSprop’s step size a weight, without the divergence term Γ',
  source: 'Li, Chen, Carlson and Carin 2016 (arXiv 1512.07666); Hitchcock and Hoogland 2025 (arXiv 2507.21449)',
  params: {
    ...samplerParams,
    // Its steps are divided by √V, so a pilot run of SGLD says nothing of them.
    epsilon: foundEpsilon,
    alpha: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.99,
      description: 'Decay of the mean square V of the gradient',
    }),
    stability: Type.Number({
      exclusiveMinimum: 0,
      default: 0.1,
      description: 'Added to √V, in units of the gradient, so that no weight’s step exceeds ε/stability',
    }),
  },
}
export const rmspropSgld = defineSearch(samplerKind(description))
export const rmspropSgldChain = defineStage(chainKind(description))
