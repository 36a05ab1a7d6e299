import { Type } from '@sinclair/typebox'
import type { HookedNetwork } from '../../../engine/intervention/hooked-network.ts'
import { StageError } from '../../../stage/stage-context.ts'

/** Hook points that every block has, by the short names that parameters use. */
export const hookFamilies = {
  resid_pre: { path: 'hook_resid_pre', heads: false, text: 'residual stream before the block' },
  resid_mid: { path: 'hook_resid_mid', heads: false, text: 'residual stream after attention' },
  resid_post: { path: 'hook_resid_post', heads: false, text: 'residual stream after the block' },
  attn_out: { path: 'hook_attn_out', heads: false, text: 'what attention adds' },
  mlp_out: { path: 'hook_mlp_out', heads: false, text: 'what the MLP adds' },
  mlp_post: { path: 'mlp.hook_post', heads: false, text: 'MLP after its nonlinearity' },
  z: { path: 'attn.hook_z', heads: true, text: 'output of each head' },
  q: { path: 'attn.hook_q', heads: true, text: 'queries' },
  k: { path: 'attn.hook_k', heads: true, text: 'keys' },
  v: { path: 'attn.hook_v', heads: true, text: 'values' },
  pattern: { path: 'attn.hook_pattern', heads: true, text: 'attention pattern' },
} as const
export type HookFamily = keyof typeof hookFamilies

const names = Object.keys(hookFamilies) as HookFamily[]

/** A parameter that names one of them. */
export const familyParam = (otherwise: HookFamily, what: string) =>
  Type.Union(
    names.map((name) => Type.Literal(name)),
    {
      default: otherwise,
      description: `${what}: ${names.map((name) => `${name}, ${hookFamilies[name].text}`).join('; ')}`,
    },
  )

/** The full name of a hook in block `layer`. */
export const hookAt = (family: HookFamily, layer: number): string => `blocks.${layer}.${hookFamilies[family].path}`

/** Blocks that have this hook, from 0. Throws StageError where none has. */
export function layersWith({ hooks }: HookedNetwork, family: HookFamily): number[] {
  const all = new Set(hooks.map(({ name }) => name))
  const layers = Array.from({ length: hooks.length }, (_, i) => i).filter((layer) => all.has(hookAt(family, layer)))
  if (layers.length === 0) throw new StageError(`this model has no hook ${family} in its blocks`)
  return layers
}

/** Heads of a hook that has them. */
export function headsOf(network: HookedNetwork, hook: string): number {
  const { axes, shape } = network.shape(hook, 1)
  const axis = axes.indexOf('head')
  if (axis < 0) throw new StageError(`${hook} has no heads`, 'Take z, q, k, v or pattern.')
  return shape[axis]!
}
