import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'
import type { Dynamics } from '../../../engine/sampling/sgld.ts'
import { fromTemperature } from '../../../engine/sampling/sgld.ts'

/** Options of the sampler that a chain and the whole degradation share. */
export const samplerParams = {
  nbeta: Type.Number({
    exclusiveMinimum: 0,
    default: 1000,
    description: 'Inverse temperature nβ: the posterior is exp(−nβ·L − γ/2·‖w − w₀‖²), L in nats a token',
  }),
  eta: Type.Number({
    exclusiveMinimum: 0,
    default: 0.05,
    description: 'Step size at unit temperature, η = ε·nβ; stable while η·(curvature + κ) < 4',
  }),
  kappa: Type.Number({
    exclusiveMinimum: 0,
    default: 1,
    description: 'Localization at unit temperature, κ = γ/nβ; the chain forgets its start in 2/(ηκ) steps',
  }),
  epsilon: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Step size ε; replaces eta' })),
  gamma: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Localization γ; replaces kappa' })),
  batch: Type.Integer({ minimum: 1, maximum: 65_536, default: 16, description: 'Sequences in a minibatch' }),
  burnin: Type.Integer({
    minimum: 0,
    maximum: 10_000_000,
    default: 120,
    description: 'Steps before the first draw; never averaged',
  }),
  draws: Type.Integer({ minimum: 1, maximum: 10_000, default: 6, description: 'Draws recorded by each chain' }),
  every: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 20, description: 'Steps from one draw to the next' }),
  evaluate: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 256,
    description: 'Sequences on which each draw’s loss is measured, the same ones for every draw',
  }),
}
const samplerObject = Type.Object(samplerParams)
export type SamplerParams = Static<typeof samplerObject>

/** ε, nβ and γ of either way to write them. */
export function dynamicsOf({ nbeta, eta, kappa, epsilon, gamma }: SamplerParams): Dynamics {
  const dynamics = fromTemperature({ eta, kappa, nbeta })
  return { nbeta, epsilon: epsilon ?? dynamics.epsilon, gamma: gamma ?? dynamics.gamma }
}

export const mostChains = 32
export const chainNames = Array.from({ length: mostChains }, (_, i) => `chain-${i}`)
