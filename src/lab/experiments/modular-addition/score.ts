import type { Reading } from '../../series.ts'
import { scoreClasses, type ClassLogits } from '../class-logits.ts'
import { meanOf } from '../prompts.ts'
import { componentOf, type SumSpectrum } from './fourier.ts'

/** Training pairs as places a·p + b among all pairs, with the answers they were given. */
export interface TrainingPairs {
  readonly places: Int32Array
  readonly answers: Int32Array
}

interface Scored {
  readonly logits: ClassLogits
  readonly modulus: number
  readonly training: TrainingPairs | undefined
}

export type Scores = Readonly<Record<string, Reading>>

/** Accuracy and loss over all pairs, and apart for training pairs, the others, and those with another answer than the rule's. */
export function scorePairs({ logits, modulus, training }: Scored): Scores {
  const rule = Int32Array.from({ length: modulus ** 2 }, (_, i) => (Math.floor(i / modulus) + (i % modulus)) % modulus)
  const all = scoreClasses(logits, rule)
  const over = (values: readonly number[], places: ArrayLike<number>): Reading =>
    meanOf(Array.from(places, (place) => values[place] as number))
  const whole = { accuracy: meanOf(all.right), loss: meanOf(all.losses) }
  if (training === undefined) return whole
  const { places, answers } = training
  const given = scoreClasses(rowsAt(logits, places), answers)
  const inTraining = new Set(places)
  const others = Array.from(rule, (_, i) => i).filter((i) => !inTraining.has(i))
  const exchanged = Array.from(places, (_, i) => i).filter((i) => answers[i] !== rule[places[i]!])
  return {
    ...whole,
    'train-accuracy': meanOf(given.right),
    'train-loss': meanOf(given.losses),
    ...(others.length === 0 ? {} : { 'test-accuracy': over(all.right, others), 'test-loss': over(all.losses, others) }),
    ...(exchanged.length === 0
      ? {}
      : {
          memorised: over(given.right, exchanged),
          'rule-on-memorised': over(
            all.right,
            exchanged.map((i) => places[i]!),
          ),
        }),
  }
}

/**
 * Restricted loss: of the logits with only their mean and the key frequencies of a + b, over all pairs. Excluded loss: of
 * the logits without the key frequencies, on the training pairs, or on all where none are given. Nanda et al. 2023,
 * section 5.1.
 */
export function scoreFrequencies(
  { logits, modulus: p, training }: Scored,
  spectrum: SumSpectrum,
  keys: readonly number[],
): Scores {
  const component = componentOf(spectrum, keys)
  const { classes } = logits
  const restricted = new Float32Array(p * classes)
  component.forEach((row, s) => {
    for (let c = 0; c < classes; c++) restricted[s * classes + c] = spectrum.mean[c]! + row[c]!
  })
  const places = training?.places ?? Int32Array.from({ length: p * p }, (_, i) => i)
  const rest = rowsAt(logits, places)
  const sums = Int32Array.from(places, (place) => (Math.floor(place / p) + (place % p)) % p)
  sums.forEach((s, i) => {
    for (let c = 0; c < classes; c++) rest.data[i * classes + c]! -= component[s]![c]!
  })
  const held = keys.reduce((sum, k) => sum + spectrum.power[k - 1]!, 0)
  const residues = Int32Array.from({ length: p }, (_, s) => s)
  return {
    // Each of the p sums stands for p pairs with the same restricted logits.
    'restricted-loss': meanOf(scoreClasses({ data: restricted, classes }, residues).losses),
    'excluded-loss': meanOf(scoreClasses(rest, training?.answers ?? sums).losses),
    'key-power': { mean: spectrum.variance > 0 ? held / spectrum.variance : 0, error: 0 },
  }
}

/** Rows of the logits, copied. */
function rowsAt({ data, classes }: ClassLogits, places: Int32Array): ClassLogits {
  const rows = new Float32Array(places.length * classes)
  places.forEach((place, i) => {
    rows.set(data.subarray(place * classes, (place + 1) * classes), i * classes)
  })
  return { data: rows, classes }
}
