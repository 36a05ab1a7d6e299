import { relaxationSteps } from '../../../engine/sampling/sgld.ts'
import type { Finding } from './finding.ts'
import { finding, mean } from './finding.ts'
import type { ChainRecord } from './record.ts'
import { samplers } from './samplers.ts'

/** What can be said of the size of the steps, from the records of all chains. */
export const judgeSteps = (records: readonly ChainRecord[]): Finding[] => [
  ...acceptance(records),
  ...stability(records),
  ...forces(records),
]

/** Below this share of accepted steps an unadjusted sampler's law is no longer near the posterior. A judgement. */
const unadjustedBound = 0.5
/** Below this share a sampler that rejects hardly moves. */
const adjustedBound = 0.1

/**
 * Mean probability with which Metropolis's rule accepts steps. Of an unadjusted sampler it says how far a step is from
 * keeping the posterior; of one that rejects, how often it moves.
 */
function acceptance(records: readonly ChainRecord[]): Finding[] {
  const values = records.flatMap(({ draws }) => draws.flatMap((draw) => draw.acceptance ?? []))
  if (values.length === 0) return []
  const share = mean(values)
  const isExact = samplers[records[0]!.sampler].exact
  const text = isExact
    ? `${percent(share)} of steps are accepted`
    : `MALA would accept ${percent(share)} of steps, on their own minibatches`
  if (share >= (isExact ? adjustedBound : unadjustedBound)) return [finding('acceptance', 'healthy', text)]
  const why = isExact ? 'the chain hardly moves' : 'the step size is too large for the curvatures met'
  return [finding('acceptance', 'suspicious', `${text}: ${why}`)]
}

/**
 * ε·a for the stiffest direction at w₀, a = nβ·h + γ. On a quadratic loss SGLD is unstable from 4 on, and its variance
 * along that direction is 1/(1 − εa/4) of what it should be; the momentum samplers have the same limit without that error.
 */
function stability(records: readonly ChainRecord[]): Finding[] {
  const record = records.find(({ curvature }) => curvature !== undefined)
  if (record?.curvature === undefined || record.sampler === 'rmsprop-sgld' || samplers[record.sampler].exact) return []
  const { epsilon, nbeta, gamma, curvature } = record
  const steepness = epsilon * (nbeta * curvature + gamma)
  const text = `ε·a is ${steepness.toPrecision(2)} in the stiffest direction of w₀ (curvature ${curvature.toPrecision(3)}); steps are stable below 4`
  if (steepness < 2) return [finding('stability', 'healthy', text)]
  const why =
    steepness < 4 ? 'the variance there is more than doubled' : 'only flatter surroundings keep the chain together'
  return [finding('stability', 'suspicious', `${text}: ${why}`)]
}

/** Norms of the three moves of the last step. Noise leads in equilibrium, and the pull of the data must be felt against the localization. */
function forces(records: readonly ChainRecord[]): Finding[] {
  const norms = records.flatMap((record) => record.norms ?? [])
  if (norms.length === 0) return []
  const [drift, pull, noise] = [
    mean(norms.map((each) => each.drift)),
    mean(norms.map((each) => each.pull)),
    mean(norms.map((each) => each.noise)),
  ]
  const text = `a step moves by ${short(drift)} along the gradient, ${short(pull)} by the localization and ${short(noise)} by noise`
  if (noise > 0 && drift + pull > 2 * noise)
    return [finding('forces', 'suspicious', `${text}: the forces lead, as in a descent, not in equilibrium`)]
  if (drift < 1e-3 * pull)
    return [finding('forces', 'suspicious', `${text}: the data are hardly felt against the localization`)]
  return [finding('forces', 'healthy', text)]
}

/**
 * Burn-in against 2/(εγ), the steps in which the localization alone forgets the start. A momentum of which a step keeps c
 * carries the weights (1 + c)/(1 − c) times as far, but is itself forgotten in no less than 2/(1 − c) steps.
 */
export function relaxation(records: readonly ChainRecord[]): Finding[] {
  const record = records[0]
  if (record === undefined || !samplers[record.sampler].gradients || record.sampler === 'rmsprop-sgld') return []
  const c = record.momentum ?? 0
  const steps = c === 0 ? relaxationSteps(record) : Math.max(2 / (1 - c), (relaxationSteps(record) * (1 - c)) / (1 + c))
  const times = record.burnin / steps
  const formula = c === 0 ? '2/(εγ)' : `2/(εγ)·(1 − c)/(1 + c), at least 2/(1 − c),`
  const text = `burn-in of ${record.burnin} steps is ${times.toFixed(1)} relaxation times of ${formula} = ${steps.toFixed(0)} steps`
  if (times >= 2) return [finding('relaxation', 'healthy', text)]
  return [finding('relaxation', 'suspicious', `${text}: the level is a time, not a temperature`)]
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const short = (value: number): string => value.toPrecision(2)
