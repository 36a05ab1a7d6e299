import type { Dose } from '../../degradations/doses.ts'
import type { Claim } from '../../../stage/claim.ts'
import type { Diagnosis } from '../../../stage/metrics.ts'
import type { ChildResult, ChildStage, Sofar, Template } from '../../../stage/stage-kind.ts'
import type { ArtifactRef } from '../../../stage/artifact.ts'
import { estimateOnce } from './estimate-once.ts'
import { diagnosisOf, judge, measured, metricsOf, type Measured } from './judge.ts'
import type { LevelStatus, Purpose, Rung } from './ladder.ts'

/** One row of the answer. The original model is a level without a temperature. */
export interface Level {
  readonly name: string
  /** nβ, or the coldness that stands for it (`degradations/doses.ts`); null for the model itself. */
  readonly nbeta: number | null
  /** What was turned, such as `nβ 3000`. */
  readonly dose: string
  readonly purpose: Purpose | 'original'
  readonly status: LevelStatus
  /** Nats per token. Absent, like `metric`, where the sampler broke and nothing was measured. */
  readonly loss?: { readonly mean: number; readonly se: number }
  readonly metric?: Measured
  /** Measured beside the claim; bounds at 95 %, both sides. */
  readonly beside: Readonly<Record<string, Measured>>
  readonly diagnosis: Diagnosis
}

/** What all levels share. */
export interface Bench {
  readonly model: ArtifactRef
  readonly degrade: Template
  readonly dose: Dose
  readonly measure: Template
  readonly beside: Readonly<Record<string, Template>>
  readonly claim: Claim
  /** Error rate of one look, on each side. */
  readonly alpha: number
  readonly results: Sofar<unknown>['results']
}

const besideAlpha = 0.025

/** A dose in a few words. */
export const doseOf = ({ dose }: Pick<Bench, 'dose'>, nbeta: number): string => dose.label(dose.value(nbeta))

/** The stage that makes a level: the degradation at this temperature, started from the nearest colder level's state. */
export function degradeStage(
  bench: Bench,
  { name, nbeta, warm }: { name: string; nbeta: number; warm: ArtifactRef | undefined },
): ChildStage {
  const { use, with: params, inputs } = bench.degrade
  return {
    name: `${name}/degrade`,
    use,
    with: { ...params, [bench.dose.param]: bench.dose.value(nbeta) },
    inputs: { ...inputs, model: bench.model, ...(warm === undefined ? {} : { warm }) },
  }
}

/** The stages that measure the model of a level: the claim's experiment and those beside it. */
export function measureStages({ measure, beside }: Bench, name: string, model: ArtifactRef): ChildStage[] {
  const place = (suffix: string, { use, with: params, inputs }: Template): ChildStage => ({
    name: `${name}/${suffix}`,
    use,
    with: params,
    inputs: { ...inputs, model },
  })
  return [
    place('measure', measure),
    ...Object.entries(beside).map(([key, template]) => place(`beside-${key}`, template)),
  ]
}

/** The stage that measures the model's own loss, on the text that the degradation measures its draws on. */
export function lossStage({ degrade, model }: Bench): ChildStage | undefined {
  const data = degrade.inputs.measured ?? degrade.inputs.data
  return data && { name: 'original/loss', use: 'loss', with: {}, inputs: { model, data } }
}

/** The results of a level's measurements, once all are there. */
export function measurements(
  bench: Bench,
  name: string,
): { readonly metric: Measured; readonly beside: Level['beside'] } | undefined {
  const child = (suffix: string): ChildResult | undefined => bench.results[`${name}/${suffix}`]
  const main = child('measure')
  const keys = Object.keys(bench.beside)
  if (main === undefined || keys.some((key) => child(`beside-${key}`) === undefined)) return undefined
  const beside = keys.map(
    (key) =>
      [
        key,
        measured(child(`beside-${key}`) as ChildResult, { output: 'metrics', metric: undefined }, besideAlpha),
      ] as const,
  )
  return {
    metric: measured(main, { output: 'metrics', metric: bench.claim.metric }, bench.alpha),
    beside: Object.fromEntries(beside),
  }
}

/** A level as it counts; undefined until it has been measured. A broken sampler holds nothing and is not measured. */
export function levelOf(
  bench: Bench,
  at: { name: string; nbeta: number; purpose: Purpose; from: number },
  degraded: ChildResult,
): (Level & Rung) | undefined {
  const { from, ...place } = at
  const head = { ...place, dose: doseOf(bench, at.nbeta) }
  const diagnosis = diagnosisOf(degraded)
  const loss = lossOf(degraded, from)
  const measuredLoss = loss === undefined ? {} : { loss }
  if (diagnosis.verdict === 'broken') return { ...head, ...measuredLoss, status: 'unhealthy', beside: {}, diagnosis }
  const found = measurements(bench, at.name)
  return found && { ...head, ...measuredLoss, ...found, status: judge(bench.claim, found.metric), diagnosis }
}

/**
 * The level's loss over its draws. Where the degradation tells each draw's excess over the model on the same sequences,
 * that excess is added to the model's own loss: the same expectation, without the error of which sequences were taken.
 */
export function lossOf(degraded: ChildResult, from: number): { mean: number; se: number } | undefined {
  const { metrics } = metricsOf(degraded, 'loss')
  const samples = metrics.excess ?? metrics.loss
  if (samples === undefined || samples.values.flat().length === 0) return undefined
  const { mean, se } = estimateOnce(samples, besideAlpha)
  return { mean: samples === metrics.excess ? from + mean : mean, se }
}

/** The model itself as a level, once measured. */
export function originalOf(bench: Bench, loss: { mean: number; se: number }): Level | undefined {
  const found = measurements(bench, 'original')
  return (
    found && {
      name: 'original',
      nbeta: null,
      dose: 'the model',
      purpose: 'original',
      status: judge(bench.claim, found.metric),
      loss,
      ...found,
      diagnosis: { verdict: 'healthy', findings: [] },
    }
  )
}
