import type { ChildStage, Sofar, Template } from '../../../stage/stage-kind.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { Dose } from '../../degradations/doses.ts'

export interface DoseChoice {
  readonly doses?: readonly number[] | undefined
  readonly exhaustive?: boolean | undefined
  readonly start?: number | undefined
  readonly maxLevels: number
}

/** The stage to ask for the doses there are, and once it has answered the coldness of each, coldest first. */
export interface EveryDose {
  readonly ask?: ChildStage
  readonly all?: readonly number[]
}

/**
 * Every dose that an exhaustive search measures: those given, those there are, the first `maxLevels` of those that are
 * counted one by one, or where there is a continuum of them a ladder of quarters of the coldness. Undefined where the
 * search is not exhaustive.
 */
export function everyDose(
  { dose, degrade }: { readonly dose: Dose; readonly degrade: Template },
  { doses, exhaustive, start, maxLevels }: DoseChoice,
  results: Sofar<unknown>['results'],
): EveryDose | undefined {
  const cold = (values: readonly number[]): number[] =>
    [...new Set(values.map((value) => dose.coldness(value)))].sort((a, b) => b - a)
  if (doses !== undefined) return { all: cold(doses) }
  if (exhaustive === false && dose.listed === undefined) return undefined
  if (dose.listed !== undefined) return listed(degrade, dose.listed, { results, cold })
  if (dose.all !== undefined) return { all: cold(dose.all) }
  if (dose.counted === true) return { all: cold(Array.from({ length: maxLevels }, (_, i) => i + 1)) }
  if (exhaustive !== true) return undefined
  const first = start === undefined ? dose.start : dose.coldness(start)
  const quarters = Array.from({ length: maxLevels }, (_, i) => Math.max(first / 4 ** i, dose.hottest))
  return { all: [...new Set(quarters.map((c) => dose.coldness(dose.value(Number(c.toPrecision(3))))))] }
}

function listed(
  { inputs }: Template,
  { use, input }: NonNullable<Dose['listed']>,
  { results, cold }: { results: Sofar<unknown>['results']; cold: (values: readonly number[]) => number[] },
): EveryDose {
  const series = inputs[input]
  if (series === undefined) throw new StageError(`the degradation needs its input ${input}`)
  const ask: ChildStage = { name: 'doses', use, with: {}, inputs: { [input]: series } }
  const ref = results[ask.name]?.outputs['listed']
  if (ref === undefined) return { ask }
  const { doses } = ('value' in ref ? ref.value : {}) as { readonly doses?: readonly number[] }
  if (doses === undefined || doses.length === 0) throw new StageError(`${use} lists no doses`)
  return { ask, all: cold(doses) }
}
