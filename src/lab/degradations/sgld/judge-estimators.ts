import { estimate } from '../../statistics/estimate.ts'
import type { Finding } from './finding.ts'
import { finding, mean } from './finding.ts'
import type { ChainRecord } from './record.ts'

/**
 * Two estimates of the learning coefficient from the same draws: nβ·(E[L] − L₀) and (nβ)²·Var(L). Since d⟨L⟩/d(nβ) =
 * −Var(L), their ratio is 1 − d ln λ̂/d ln nβ at fixed γ: 1 where λ̂ has settled, below 1 where the localization still
 * takes its part (½ Σ s against ½ Σ s² with s = nβh/(nβh + γ)), far from it where the draws are not the posterior's.
 * Both hold only where the loss walked on is that of all the sequences on which draws are measured.
 */
export function estimators(records: readonly ChainRecord[]): Finding[] {
  if (!records.every(({ wholeLoss }) => wholeLoss === true)) return []
  const nbeta = records[0]!.nbeta
  const losses = records.map(({ draws, startLoss }) => draws.map(({ loss }) => nbeta * (loss - startLoss)))
  const center = mean(losses.flat())
  const squares = losses.map((chain) => chain.map((each) => (each - center) ** 2))
  const count = losses.flat().length
  if (count < 8) return []
  const [first, second] = [losses, squares].map((values) =>
    estimate({ unit: 'dimensionless', values, items: count }, 0.025),
  ) as [ReturnType<typeof estimate>, ReturnType<typeof estimate>]
  const text = `λ̂ is ${short(first.mean)} ± ${short(first.se)} by the mean of the loss and ${short(second.mean)} ± ${short(second.se)} by its variance`
  const apart = Math.abs(first.mean - second.mean) > 3 * Math.hypot(first.se, second.se)
  const ratio = second.mean / first.mean
  if (!apart || (ratio > 0.5 && ratio < 2)) return [finding('two estimators', 'healthy', text)]
  const why =
    ratio <= 0.5
      ? 'the localization still takes a large part, or λ̂ changes with nβ'
      : 'the draws vary more than the posterior would'
  return [finding('two estimators', 'suspicious', `${text}: ${why}`)]
}

const short = (value: number): string => value.toPrecision(3)
