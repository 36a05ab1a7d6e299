import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredTensor } from '../../engine/model/safetensors.ts'
import { readSafetensors, writeSafetensors } from '../../engine/model/safetensors.ts'
import { StageError } from '../../stage/stage-context.ts'

/** What is to be answered: one of `classes` classes, or `width` numbers, for each example. */
export type Targets =
  | { readonly kind: 'class'; readonly classes: number; readonly data: Int32Array }
  | { readonly kind: 'number'; readonly width: number; readonly data: Float32Array }

/** Inputs with targets, all of one shape. */
export interface ExampleSet {
  readonly examples: number
  /** Shape of one example. */
  readonly shape: readonly number[]
  /** Row-major [examples, …shape]: numbers, or token numbers. */
  readonly inputs: Float32Array | Int32Array
  readonly targets: Targets
  /** The rule's own answers, where some of the targets were exchanged for random ones. */
  readonly truth?: Int32Array
  /** Names of the classes, where the file has names. */
  readonly names?: readonly string[]
  /** What was done to the numbers, in words: part of what a result means. */
  readonly normalisation: string
}

const file = 'examples.safetensors'

/** Writes the `examples` artifact: `examples.json`, and `inputs`, `targets` (and `truth`) in `examples.safetensors`. */
export async function writeExamples(folder: string, set: ExampleSet): Promise<void> {
  const { inputs, targets, truth, ...rest } = set
  const { data, ...answer } = targets
  await mkdir(folder, { recursive: true })
  const ints = (values: Int32Array, shape: readonly number[]): StoredTensor => ({ dtype: 'I32', shape, data: values })
  const floats = (values: Float32Array, shape: readonly number[]): StoredTensor => ({
    dtype: 'F32',
    shape,
    data: values,
  })
  const stored = (values: Float32Array | Int32Array, shape: readonly number[]): StoredTensor =>
    values instanceof Int32Array ? ints(values, shape) : floats(values, shape)
  const tensors = new Map([['inputs', stored(inputs, [set.examples, ...set.shape])]])
  tensors.set('targets', stored(data, targets.kind === 'class' ? [set.examples] : [set.examples, targets.width]))
  if (truth !== undefined) tensors.set('truth', ints(truth, [set.examples]))
  await writeSafetensors(join(folder, file), tensors)
  await writeFile(
    join(folder, 'examples.json'),
    `${JSON.stringify({ version: 1, ...rest, targets: answer }, null, 2)}\n`,
  )
}

interface Head extends Omit<ExampleSet, 'inputs' | 'targets' | 'truth'> {
  readonly version: number
  readonly targets:
    { readonly kind: 'class'; readonly classes: number } | { readonly kind: 'number'; readonly width: number }
}

/** Reads an `examples` artifact. Throws StageError when the folder does not hold one. */
export async function readExamples(folder: string): Promise<ExampleSet> {
  const text = await readFile(join(folder, 'examples.json'), 'utf8').catch(() => undefined)
  const head = text === undefined ? undefined : (JSON.parse(text) as Head)
  const tensors = text === undefined ? undefined : await readSafetensors(join(folder, file))
  const [inputs, answers, truth] = ['inputs', 'targets', 'truth'].map((name) => tensors?.get(name)?.data)
  if (
    head?.version !== 1 ||
    !(inputs instanceof Float32Array || inputs instanceof Int32Array) ||
    inputs.length !== head.shape.reduce((n, size) => n * size, head.examples)
  )
    throw new StageError(`${folder} holds no examples of version 1`, 'Make them with a stage of kind examples.')
  const { version: _, targets, ...rest } = head
  return {
    ...rest,
    inputs,
    targets: targetsOf(targets, answers),
    ...(truth instanceof Int32Array ? { truth } : {}),
  }
}

function targetsOf(head: Head['targets'], data: StoredTensor['data'] | undefined): Targets {
  if (head.kind === 'class' && data instanceof Int32Array) return { ...head, data }
  if (head.kind === 'number' && data instanceof Float32Array) return { ...head, data }
  throw new StageError('the examples’ targets are not of the kind that their examples.json says')
}

/** The first `count` examples, or all where there are fewer. */
export function firstExamples(set: ExampleSet, count: number): ExampleSet {
  return pickExamples(
    set,
    Array.from({ length: Math.min(count, set.examples) }, (_, i) => i),
  )
}

/** The examples at these places, in their order. */
export function pickExamples(set: ExampleSet, places: ArrayLike<number>): ExampleSet {
  const { targets, truth, inputs } = set
  const each = set.inputs.length / Math.max(1, set.examples)
  return {
    ...set,
    examples: places.length,
    inputs: inputs instanceof Int32Array ? intRows(inputs, places, each) : floatRows(inputs, places, each),
    targets:
      targets.kind === 'class'
        ? { ...targets, data: intRows(targets.data, places, 1) }
        : { ...targets, data: floatRows(targets.data, places, targets.width) },
    ...(truth === undefined ? {} : { truth: intRows(truth, places, 1) }),
  }
}

const intRows = (data: Int32Array, places: ArrayLike<number>, width: number): Int32Array =>
  rows(data, new Int32Array(places.length * width), { places, width })
const floatRows = (data: Float32Array, places: ArrayLike<number>, width: number): Float32Array =>
  rows(data, new Float32Array(places.length * width), { places, width })

function rows<T extends Float32Array | Int32Array>(
  data: T,
  into: T,
  { places, width }: { readonly places: ArrayLike<number>; readonly width: number },
): T {
  for (let i = 0; i < places.length; i++)
    into.set(data.subarray(places[i]! * width, (places[i]! + 1) * width), i * width)
  return into
}
