import type { ChainOptions } from '../../../engine/sampling/chain.ts'
import { LangevinChain } from '../../../engine/sampling/chain.ts'
import { CrankNicolsonChain, EllipticalSliceChain } from '../../../engine/sampling/forward-only.ts'
import { HamiltonianChain } from '../../../engine/sampling/hamiltonian.ts'
import { MalaChain } from '../../../engine/sampling/mala.ts'
import { RmspropSgldChain } from '../../../engine/sampling/rmsprop-sgld.ts'
import type { Walk } from '../../../engine/sampling/walk.ts'
import type { SamplerParams } from './params.ts'
import type { SamplerName } from './samplers.ts'

/** The walk of a sampler, with the options that are its own taken from its parameters. */
export function walkOf(sampler: SamplerName, options: ChainOptions, params: SamplerParams): Walk {
  const { alpha = 0.99, stability = 0.1, momentum = 0.9, step = 0.01 } = params
  switch (sampler) {
    case 'sgld':
      return new LangevinChain(options)
    case 'rmsprop-sgld':
      return new RmspropSgldChain({ ...options, alpha, stability })
    case 'mala':
      return new MalaChain(options)
    case 'sghmc':
      return new HamiltonianChain({ ...options, momentum, thermostat: false })
    case 'sgnht':
      return new HamiltonianChain({ ...options, momentum, thermostat: true })
    case 'pcn':
      return new CrankNicolsonChain({ ...options, b: step })
    case 'elliptical-slice':
      return new EllipticalSliceChain(options)
  }
}
