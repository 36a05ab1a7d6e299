/** What sets one sampler apart from another for those who plan and judge its chains; the walks are in `engine/sampling`. */
export interface SamplerTraits {
  /** Whether it follows the gradient; otherwise losses alone are asked of the model. */
  readonly gradients: boolean
  /** Whether it accepts or rejects on the loss of the same sequences at every step, so that it has no error of the step size. */
  readonly exact: boolean
}

export const samplers = {
  sgld: { gradients: true, exact: false },
  'rmsprop-sgld': { gradients: true, exact: false },
  sghmc: { gradients: true, exact: false },
  sgnht: { gradients: true, exact: false },
  mala: { gradients: true, exact: true },
  pcn: { gradients: false, exact: true },
  'elliptical-slice': { gradients: false, exact: true },
} as const satisfies Readonly<Record<string, SamplerTraits>>

export type SamplerName = keyof typeof samplers
