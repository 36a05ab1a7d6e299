import { invariant } from '../../../base/invariant.ts'
import { parseClaim } from '../../../stage/claim.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { Sofar, Template } from '../../../stage/stage-kind.ts'
import { doses, type Dose } from '../../degradations/doses.ts'
import { commandDose } from './command-dose.ts'
import { stepsOf, type Bench, type Path } from './bench.ts'

/** Which degradation of a template is turned, and how; `given` are doses to turn it to. Throws StageError where it has none. */
export function turnedOf(
  degrade: Template,
  turn: number | undefined,
  given?: readonly number[],
): Pick<Path, 'steps' | 'turned' | 'dose'> {
  const steps = stepsOf(degrade)
  const turned = (turn ?? steps.length) - 1
  const step = steps[turned]
  if (step === undefined) throw new StageError(`turn is ${turned + 1}, but there are only ${steps.length} degradations`)
  const dose = doseOf(step)
  return { steps, turned, dose: given === undefined ? dose : exactly(dose, given) }
}

/** A dose that a pipeline names is given as it is written, to the last digit. */
function exactly(dose: Dose, given: readonly number[]): Dose {
  const known = new Map(given.map((value) => [dose.coldness(value), value]))
  return { ...dose, value: (coldness) => known.get(coldness) ?? dose.value(coldness) }
}

export function doseOf({ use, dose: own }: Template): Dose {
  if (own !== undefined) return commandDose(own)
  const dose = Object.hasOwn(doses, use) ? doses[use] : undefined
  if (dose === undefined)
    throw new StageError(
      `a search cannot turn the degradation ${use} up and down`,
      `It knows ${Object.keys(doses).join(', ')}.`,
    )
  return dose
}

/** What all levels share, from what the search was given; `levels` is how many there can be. */
export function readBench(
  { with: { keep, confidence, rounds, turn, doses: given }, inputs, templates, results }: Sofar<BenchParams>,
  levels: number,
): Bench {
  const claim = parseClaim(keep)
  if (!claim.ok)
    throw new StageError(
      `keep is no claim: ${claim.error.message}`,
      'Write a metric, a comparison and a number, such as accuracy >= 0.95.',
    )
  invariant(inputs['model'], 'the compiler has checked the model port')
  return {
    ...turnedOf(templates['degrade'] as Template, turn, given),
    model: inputs['model'],
    measure: templates['measure'] as Template,
    beside: (templates['beside'] ?? {}) as Readonly<Record<string, Template>>,
    claim: claim.value,
    // The model itself is a level too.
    spending: { level: (1 - confidence) / (levels + 1), rounds },
    results,
  }
}

export interface BenchParams {
  readonly keep: string
  readonly confidence: number
  readonly rounds: number
  readonly turn?: number | undefined
  readonly doses?: readonly number[] | undefined
}
