import type { Diagnosis } from '../../../stage/metrics.ts'
import { effectiveSampleSize } from '../../statistics/ess.ts'
import { splitRHat } from '../../statistics/rhat.ts'
import { studentTQuantile } from '../../statistics/student-t.ts'
import type { Finding, Verdict } from './finding.ts'
import { finding, mean } from './finding.ts'
import { estimators } from './judge-estimators.ts'
import { judgeSteps, relaxation } from './judge-steps.ts'
import type { ChainRecord } from './record.ts'
import { samplers } from './samplers.ts'

const worse: Readonly<Record<Verdict, number>> = { healthy: 0, suspicious: 1, broken: 2 }

/**
 * Judges a level from the records of its chains. `parameters` is the number of weights that moved. Each check is one
 * finding with its figure; the verdict is the worst of them.
 */
export function diagnose(records: readonly ChainRecord[], parameters: number): Diagnosis {
  const diverged = records.flatMap(({ divergedAt }, chain) =>
    divergedAt === null ? [] : [`chain ${chain} at step ${divergedAt}`],
  )
  const findings =
    diverged.length > 0
      ? [
          finding(
            'divergence',
            'broken',
            `the loss left all bounds in ${diverged.join(', ')}: the step size is too large`,
          ),
        ]
      : [finding('divergence', 'healthy', `none of ${records.length} chains diverged`), ...judged(records, parameters)]
  findings.sort((a, b) => worse[b.verdict] - worse[a.verdict])
  return { verdict: findings[0]?.verdict ?? 'healthy', findings }
}

const judged = (records: readonly ChainRecord[], parameters: number): Finding[] => [
  ...relaxation(records),
  drift(records),
  agreement(records),
  ...confinement(records, parameters),
  belowStart(records),
  ...judgeSteps(records),
  ...estimators(records),
]

/** Losses of each chain's trace after burn-in. */
const settled = ({ trace, burnin }: ChainRecord): number[] =>
  trace.filter(({ until }) => until > burnin).map(({ loss }) => loss)

/** Second half of the trace against the first, chain by chain: a level still on its way is no equilibrium. */
function drift(records: readonly ChainRecord[]): Finding {
  const differences = records.map((record) => {
    const losses = settled(record)
    const half = Math.floor(losses.length / 2)
    return mean(losses.slice(losses.length - half)) - mean(losses.slice(0, half))
  })
  const shift = mean(differences)
  const excess = Math.abs(mean(records.map(excessOf)))
  if (differences.length < 2)
    return finding('drift', 'suspicious', 'one chain cannot show whether the trace still drifts; run at least two')
  const error = Math.sqrt(
    differences.reduce((sum, d) => sum + (d - shift) ** 2, 0) / (differences.length - 1) / differences.length,
  )
  const sure = Math.abs(shift) > error * studentTQuantile(0.995, differences.length - 1)
  const large = Math.abs(shift) > 0.1 * excess
  const text = `the loss moved by ${signed(shift)} ± ${error.toFixed(4)} nats from the first to the second half after burn-in`
  return finding(
    'drift',
    sure && large ? 'suspicious' : 'healthy',
    sure && large ? `${text}: not in equilibrium` : text,
  )
}

/**
 * Split R-hat of the losses at the draws, against 1.1 + 4/√(draws): R-hat of few, correlated draws scatters far above one.
 * The constant is a judgement, checked by simulation in the tests: four chains of six draws in equilibrium pass it in
 * 91 % of runs at a lag-1 autocorrelation of .6 and in 99 % at .4, and 29 % of levels whose chains lie a standard
 * deviation apart from each other pass too. Passing it at so few draws is the absence of an alarm, not evidence of mixing.
 */
function agreement(records: readonly ChainRecord[]): Finding {
  const losses = records.map(({ draws }) => draws.map(({ loss }) => loss))
  const [rhat, effective] = [splitRHat(losses), effectiveSampleSize(losses)]
  const bound = 1.1 + 4 / Math.sqrt(losses.flat().length)
  const text = `split R-hat of the loss is ${rhat.toFixed(2)} over ${losses.flat().length} draws, worth ${effective.toFixed(1)} independent ones`
  return finding(
    'agreement',
    rhat <= bound ? 'healthy' : 'suspicious',
    rhat <= bound ? text : `${text}: the chains disagree`,
  )
}

/**
 * ‖w − w₀‖² against d/γ, what the localization alone would allow in equilibrium. Curvature makes it smaller; a step size
 * near the stability limit makes it larger (1/(1 − εa/4), exact for a quadratic loss).
 */
function confinement(records: readonly ChainRecord[], parameters: number): Finding[] {
  if (samplers[records[0]!.sampler].exact || records[0]!.boxed === true) return []
  const squared = mean(records.flatMap(({ draws }) => draws.map(({ distance }) => distance ** 2)))
  const ratio = (squared * (records[0]?.gamma ?? 1)) / parameters
  const verdict = ratio < 1.15 ? 'healthy' : ratio < 2 ? 'suspicious' : 'broken'
  const limit = verdict === 'healthy' ? '' : ': the step size is near its limit'
  return [finding('confinement', verdict, `‖w − w₀‖² is ${ratio.toFixed(3)} of d/γ${limit}`)]
}

const excessOf = ({ draws, startLoss }: ChainRecord): number => mean(draws.map(({ loss }) => loss)) - startLoss

/** Draws that fit better than the start mean that w₀ is no minimum of this data. */
function belowStart(records: readonly ChainRecord[]): Finding {
  const excesses = records.map(excessOf)
  const excess = mean(excesses)
  const below = excess < 0 && excesses.every((each) => each < 0)
  const text = `the loss at the draws is ${signed(excess)} nats from that of the start`
  return finding(
    'below start',
    below ? 'suspicious' : 'healthy',
    below ? `${text}: the start is no minimum for this data` : text,
  )
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
