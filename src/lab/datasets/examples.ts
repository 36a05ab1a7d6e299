import { basename, join } from 'node:path'
import { Type, type Static } from '@sinclair/typebox'
import { parseSafetensors } from '../../engine/model/safetensors.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { parseCsv } from './example-files/csv.ts'
import { parseIdx } from './example-files/idx.ts'
import { parseJsonl, parsePairs } from './example-files/json.ts'
import { readPlain } from './example-files/read-file.ts'
import { setOf } from './example-files/set-of.ts'
import type { ExampleTable } from './example-files/table.ts'
import { writeExamples } from './example-set.ts'

const formats = ['auto', 'csv', 'jsonl', 'idx', 'pairs', 'safetensors'] as const

const params = Type.Object({
  format: Type.Union(
    formats.map((one) => Type.Literal(one)),
    {
      default: 'auto',
      description:
        'auto: by the ending. csv: numbers, one example a line; jsonl: {"input", "target"} a line; idx: MNIST’s format, with `labels`; pairs: a JSON list of [a, b], with `modulus`; safetensors: tensors `inputs` and `targets`. Each may be gzipped',
    },
  ),
  target: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'csv: the answer’s column, by name or counted from 0 (left out: the last); jsonl: its key (left out: target)',
    }),
  ),
  inputs: Type.Union([Type.Literal('numbers'), Type.Literal('tokens')], {
    default: 'numbers',
    description: 'What the inputs are: numbers, or token numbers (pairs always are)',
  }),
  answers: Type.Union([Type.Literal('class'), Type.Literal('number')], {
    default: 'class',
    description: 'What is answered: one of several classes, or numbers',
  }),
  classes: Type.Optional(
    Type.Integer({
      minimum: 2,
      maximum: 1_000_000,
      description: 'Number of classes. Left out: the largest answer and one',
    }),
  ),
  modulus: Type.Optional(
    Type.Integer({ minimum: 2, maximum: 100_000, description: 'pairs: the answer is (a + b) mod modulus' }),
  ),
  shift: Type.Number({ default: 0, description: 'Taken from every number: x becomes (x − shift) / scale' }),
  scale: Type.Number({ exclusiveMinimum: 0, default: 1, description: 'Divides every number, after the shift' }),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Keep only this many examples, from the start. Left out: all' }),
  ),
})
export type ExamplesParams = Static<typeof params>

/** Files of inputs and answers as a data set: what networks that are no language models are measured and trained on. */
export const examples = defineStage({
  name: 'examples',
  version: 1,
  role: 'source',
  summary: 'Read examples, inputs with answers, from CSV, JSONL, IDX (MNIST), JSON pairs or safetensors',
  example: 'path: ./digits.csv\nscale: 16',
  seeded: false,
  params,
  inputs: {
    path: { accepts: ['path'], description: 'The file; for idx that of the images' },
    labels: { accepts: ['path'], optional: true, description: 'idx: the file of the labels' },
  },
  outputs: {
    examples: { type: 'examples', description: 'Inputs and answers' },
    count: { type: 'number', description: 'Number of examples' },
  },
  run: async ({ with: options, inputs, ctx }) => {
    const file = inputs['path']?.path ?? ''
    const set = setOf(await tableOf(file, inputs['labels']?.path, options), { ...options, file: basename(file) })
    const path = join(ctx.out, 'examples')
    await writeExamples(path, set)
    return { examples: { path }, count: { value: set.examples } }
  },
})

async function tableOf(file: string, labels: string | undefined, options: ExamplesParams): Promise<ExampleTable> {
  const name = basename(file)
  const format = options.format === 'auto' ? formatOf(name) : options.format
  if (format !== 'idx' && labels !== undefined)
    throw new StageError(`labels is for idx files, and ${name} is read as ${format}`)
  const bytes = await readPlain(file)
  switch (format) {
    case 'csv':
      return parseCsv(bytes.toString('utf8'), name, options.target)
    case 'jsonl':
      return parseJsonl(bytes.toString('utf8'), name, options.target)
    case 'pairs':
      return parsePairs(bytes.toString('utf8'), name, options.modulus)
    case 'safetensors':
      return fromSafetensors(bytes, name)
    case 'idx':
      if (labels === undefined)
        throw new StageError(`${name} holds images and no answers`, 'Give labels: FILE, the idx file of their labels.')
      return fromIdx(parseIdx(bytes, name), parseIdx(await readPlain(labels), basename(labels)))
  }
}

function formatOf(name: string): Exclude<(typeof formats)[number], 'auto'> {
  const plain = name.replace(/\.gz$/, '')
  if (/\.(csv|tsv|tes|tra|data)$/.test(plain)) return 'csv'
  if (plain.endsWith('.jsonl')) return 'jsonl'
  if (plain.endsWith('.json')) return 'pairs'
  if (plain.endsWith('.safetensors')) return 'safetensors'
  if (/idx\d-ubyte$|\.idx\d*$/.test(plain)) return 'idx'
  throw new StageError(`the ending of ${name} does not say what it is`, `Give format: ${formats.slice(1).join(', ')}.`)
}

function fromIdx(images: ReturnType<typeof parseIdx>, labels: ReturnType<typeof parseIdx>): ExampleTable {
  if (labels.shape.length !== 1 || labels.shape[0] !== images.shape[0])
    throw new StageError(`there are ${images.shape[0] ?? 0} images and [${labels.shape.join(', ')}] labels`)
  return { shape: images.shape.slice(1), inputs: images.values, answers: Array.from(labels.values) }
}

function fromSafetensors(bytes: Buffer, file: string): ExampleTable {
  const tensors = parseSafetensors(bytes, file)
  const [given, answers] = [tensors.get('inputs'), tensors.get('targets')]
  if (given === undefined || answers === undefined)
    throw new StageError(`${file} has the tensors ${[...tensors.keys()].join(', ')}; inputs and targets are needed`)
  const [count = 0] = given.shape
  if (answers.shape[0] !== count)
    throw new StageError(`${file} has ${count} inputs and ${answers.shape[0] ?? 0} targets`)
  const numbers = Array.from(answers.data, Number)
  const width = numbers.length / Math.max(1, count)
  return {
    shape: given.shape.slice(1),
    inputs: Float64Array.from(given.data, Number),
    answers:
      answers.shape.length === 1
        ? numbers
        : Array.from({ length: count }, (_, i) => numbers.slice(i * width, (i + 1) * width)),
  }
}
