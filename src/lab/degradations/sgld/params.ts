import { Type } from '@sinclair/typebox'
import type { Dynamics } from '../../../engine/sampling/sgld.ts'
import { fromTemperature } from '../../../engine/sampling/sgld.ts'
import { StageError } from '../../../stage/stage-context.ts'

/** The posterior: its temperature, localization, and which weights it is of. */
const posteriorParams = {
  nbeta: Type.Number({
    exclusiveMinimum: 0,
    default: 1000,
    description: 'Inverse temperature nβ: the posterior is exp(−nβ·L − γ/2·‖w − w₀‖²), L in nats a token',
  }),
  temperature: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, description: 'Temperature T = 1/nβ, in nats a token; replaces nbeta' }),
  ),
  kappa: Type.Number({
    exclusiveMinimum: 0,
    default: 1,
    description: 'Localization at unit temperature, κ = γ/nβ; the chain forgets its start in 2/(ηκ) steps',
  }),
  gamma: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Localization γ; replaces kappa' })),
  weightDecay: Type.Optional(
    Type.Number({ minimum: 0, description: 'λ of a further prior exp(−λ/2·‖w‖²) about the origin' }),
  ),
  boundingBox: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, description: 'No weight goes farther from w₀ than this; no bound if left out' }),
  ),
  parameters: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Weights that move, such as `layer 0`, `attention`, `mlp`, `head 0.3`, `embed`, `unembed`, `norm`, names with * and ?, unions with +, differences with -; the rest stays at w₀. Left out: all',
    }),
  ),
}

/** Of samplers that step along the gradient. */
const stepParams = {
  eta: Type.Number({
    exclusiveMinimum: 0,
    default: 0.05,
    description: 'Step size at unit temperature, η = ε·nβ; stable while η·(curvature + κ) < 4',
  }),
  epsilon: Type.Optional(
    Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Literal('auto')], {
      description: 'Step size ε; replaces eta. `auto`: the largest that a short pilot run finds healthy',
    }),
  ),
}
const noiseParam = {
  noise: Type.Optional(
    Type.Number({
      minimum: 0,
      description: 'Noise level σ that multiplies the noise; only 1, the default, samples the posterior',
    }),
  ),
}
const drawingParams = {
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
const fullBatch = Type.Optional(
  Type.Boolean({ description: 'Every step on all sequences of the data, batch by batch, instead of a minibatch' }),
)

/** Minibatches, another each step. */
const minibatchParams = {
  batch: Type.Integer({ minimum: 1, maximum: 65_536, default: 16, description: 'Sequences in a minibatch' }),
  accumulate: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 65_536, description: 'Minibatches averaged in one step; 1 if left out' }),
  ),
  fullBatch,
}
/** The same sequences at every step, for samplers that accept or reject. */
const fixedSetParams = {
  batch: Type.Integer({
    minimum: 1,
    maximum: 65_536,
    default: 64,
    description: 'Sequences of the posterior, the first of the data, the same ones at every step',
  }),
  accumulate: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 65_536,
      description: 'Times as many sequences, so many at once; 1 if left out',
    }),
  ),
  fullBatch,
}

/** Options of SGLD, which every stage that runs SGLD shares. */
export const samplerParams = {
  ...posteriorParams,
  ...stepParams,
  ...noiseParam,
  ...minibatchParams,
  ...drawingParams,
}
export const momentumParam = Type.Number({
  exclusiveMinimum: 0,
  exclusiveMaximum: 1,
  default: 0.9,
  description: 'Share of the momentum that a step keeps; the friction is −ln of it over √ε',
})
/** Options of samplers that accept or reject: exact, so without a noise level, on a fixed set of sequences. */
export const exactParams = { ...posteriorParams, ...fixedSetParams, ...drawingParams }
export const exactStepParams = { ...exactParams, ...stepParams }

/** Parameters of any sampler, as its chains see them. */
export interface SamplerParams {
  readonly nbeta: number
  readonly temperature?: number
  readonly kappa: number
  readonly gamma?: number
  readonly eta?: number
  readonly epsilon?: number
  readonly weightDecay?: number
  readonly boundingBox?: number
  readonly parameters?: string
  readonly noise?: number
  readonly batch: number
  readonly accumulate?: number
  readonly fullBatch?: boolean
  readonly burnin: number
  readonly draws: number
  readonly every: number
  readonly evaluate: number
  /** Of rmsprop-sgld. */
  readonly alpha?: number
  readonly stability?: number
  /** Of sghmc and sgnht. */
  readonly momentum?: number
  /** Of pcn. */
  readonly step?: number
  /** Which chain this is. */
  readonly chain?: number
}

/**
 * ε, nβ and γ of either way to write them; ε of a sampler without steps is 1. Throws StageError where `temperature` and
 * `nbeta` contradict each other, as when a search turns nβ and the degradation fixes the temperature.
 */
export function dynamicsOf(params: SamplerParams): Dynamics & { readonly noise?: number } {
  const nbeta = nbetaOf(params)
  const { eta, kappa, epsilon, gamma, noise } = params
  const dynamics = fromTemperature({ eta: eta ?? nbeta, kappa, nbeta })
  return {
    nbeta,
    epsilon: epsilon ?? dynamics.epsilon,
    gamma: gamma ?? dynamics.gamma,
    ...(noise === undefined ? {} : { noise }),
  }
}

const defaultNbeta = 1000
export function nbetaOf({ nbeta, temperature }: Pick<SamplerParams, 'nbeta' | 'temperature'>): number {
  if (temperature === undefined) return nbeta
  const given = 1 / temperature
  if (nbeta !== defaultNbeta && Math.abs(nbeta / given - 1) > 1e-9)
    throw new StageError(
      `temperature ${temperature} says nβ ${Number(given.toPrecision(6))}, nbeta says ${nbeta}`,
      'Give one of them; under a search that turns nbeta, leave temperature out.',
    )
  return given
}

/** ε as a chain takes it, a number found or given. */
export const foundEpsilon = Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Step size ε' }))

/** What a pilot run must know to find a step size: the posterior and its minibatches. */
export const pilotParams = { ...posteriorParams, ...minibatchParams }

export const mostChains = 32
export const chainNames = Array.from({ length: mostChains }, (_, i) => `chain-${i}`)

/** `chains` and `chain`, which the whole and its part add to a sampler's parameters. */
export const chainsParam = {
  chains: Type.Integer({
    minimum: 1,
    maximum: mostChains,
    default: 4,
    description: 'Independent chains, each with its own random numbers',
  }),
}
export const chainParam = { chain: Type.Integer({ minimum: 0, default: 0, description: 'Which chain this is' }) }
