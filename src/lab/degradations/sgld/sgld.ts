import { defineSearch } from '../../../stage/stage-kind.ts'
import { samplerParams } from './params.ts'
import { samplerKind } from './sampler-kind.ts'

/**
 * Draws from the tempered local posterior exp(−nβ·L(w) − γ/2·‖w − w₀‖²) by SGLD: the most general way to make a model
 * rougher without leaving its basin.
 */
export const sgld = defineSearch(
  samplerKind({
    name: 'sgld',
    version: 3,
    summary: 'Draws from the tempered local posterior around the trained weights',
    source: 'Welling and Teh 2011; Lau et al. 2023 (arXiv 2308.12108)',
    params: samplerParams,
  }),
)
