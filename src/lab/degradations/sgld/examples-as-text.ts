import type { StageInput } from '../../../stage/artifact.ts'
import type { MetricUnit } from '../../../stage/metrics.ts'
import { StageError } from '../../../stage/stage-context.ts'
import type { Dataset } from '../../datasets/dataset.ts'
import { readDataset } from '../../datasets/dataset.ts'
import type { ExampleSet } from '../../datasets/example-set.ts'
import { readExamples } from '../../datasets/example-set.ts'

/**
 * Examples in the form that samplers read, sequences with predicted tokens: an example is a sequence whose one predicted
 * token is the example's place among all that were read, and its loss is the example's. Sets read one after another have
 * places one after another, so that equal tokens mean the same examples.
 */
export interface ExamplesAsText extends Dataset {
  readonly shelf: ExampleShelf
}

export const isExamples = (data: Dataset): data is ExamplesAsText => 'shelf' in data

/** Of numbers there is no guess; a loss of e is taken for one, where the answers are of order one. */
const noGuess = Math.E
export const answersAreNumbers = ({ vocabulary }: Dataset): boolean => vocabulary === noGuess

/** What the losses are of where not nats a token: of classes nats, of numbers squared errors. */
export const unitOf = (data: Dataset): { readonly unit?: MetricUnit } =>
  isExamples(data) ? { unit: answersAreNumbers(data) ? 'dimensionless' : 'nats' } : {}

/** The sets that were read, end to end. */
export class ExampleShelf {
  readonly #sets: { readonly from: number; readonly set: ExampleSet }[] = []
  #count = 0

  add(set: ExampleSet): ExamplesAsText {
    const from = this.#count
    this.#sets.push({ from, set })
    this.#count += set.examples
    const { examples, targets } = set
    return {
      sequences: examples,
      length: 2,
      vocabulary: targets.kind === 'class' ? targets.classes : noGuess,
      mode: 'lines',
      tokens: Int32Array.from({ length: 2 * examples }, (_, i) => from + Math.floor(i / 2)),
      mask: Uint8Array.from({ length: 2 * examples }, (_, i) => i % 2),
      shelf: this,
    }
  }

  /** The set that holds a place, and where its places begin. */
  setOf(place: number): { readonly from: number; readonly set: ExampleSet } {
    const found = this.#sets.findLast(({ from }) => from <= place)
    if (found === undefined || place >= this.#count) throw new RangeError(`no example has the place ${place}`)
    return found
  }
}

/** A sampler's data, and data to measure draws on where that is another: text, or examples in the form of text. */
export async function readSamplerData(
  data: StageInput | undefined,
  measured: StageInput | undefined,
): Promise<{ readonly data: Dataset; readonly measured: Dataset }> {
  const shelf = new ExampleShelf()
  const read = async (input: StageInput | undefined): Promise<Dataset> =>
    input?.type === 'examples' ? shelf.add(await readExamples(input.path ?? '')) : readDataset(input?.path ?? '')
  const first = await read(data)
  return { data: first, measured: measured?.path === undefined ? first : await read(measured) }
}

/** Throws StageError where both sets of a sampler are not of one form. */
export function checkForms(data: object, measured: object): void {
  if ('shelf' in data === 'shelf' in measured) return
  throw new StageError(
    'the posterior is of examples and draws are measured on text, or the other way round',
    'Give `data` and `measured` of one kind.',
  )
}
