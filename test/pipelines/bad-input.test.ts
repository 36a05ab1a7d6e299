import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ArtifactType, StageInput } from '../../src/stage/artifact.ts'
import { StageError } from '../../src/stage/stage-context.ts'
import { modelFolder } from '../lab/model-folder.ts'
import { pathOf, runKind } from '../lab/run-kind.ts'
import { scratchContext } from '../lab/scratch-context.ts'
import { gpt2HubFolder } from '../rig/hub-folders.ts'

let folder = ''
const at = (name: string): string => join(folder, name)
const input = (type: ArtifactType, name: string): StageInput => ({ type, path: at(name) })
const file = async (name: string, text: string): Promise<void> => writeFile(at(name), text)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-bad-'))
  await gpt2HubFolder(at('model'), { width: 4, context: 32 })
  await gpt2HubFolder(at('short'), { width: 4, context: 8 })
  await gpt2HubFolder(at('other-vocabulary'), { width: 4, context: 32, vocabulary: 1000 })
  await modelFolder(at('words'), ['the', 'boy', 'girl', 'saw'])
  await mkdir(at('a-folder'))
  await file('empty', '')
  await file('one-line.txt', 'The boy saw the girl.')
  await file('fact.jsonl', '{"prompt": "The capital of Burkina Faso is", "answer": "Ouagadougou"}')
  await file('task.jsonl', '{"input": "The capital is", "answer": " Ouagadougou", "wrong": [" Paris"]}')
  const names = { names: 'Ouagadougou Antananarivo Xyzzyq Qwertyuiop'.split(' '), places: ['store'], objects: ['ring'] }
  const template = 'When {IO} and {S} went to the {place}, {S} gave a {object} to {IO}'
  await file('names.json', JSON.stringify({ ...names, templates: { ABBA: [template], BABA: [template] } }))
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Case {
  readonly kind: string
  readonly with?: object
  readonly inputs: () => Readonly<Record<string, StageInput>>
  readonly says: RegExp
}
const model = (name = 'model'): StageInput => input('model', name)

/** What a kind says to bad input: one message for the user, no stack. */
async function refusal({ kind, with: given, inputs }: Omit<Case, 'says'>): Promise<string> {
  const job = { ...(given && { with: given }), inputs: inputs(), ctx: await scratchContext() }
  const error: unknown = await runKind(kind, job).then(
    () => 'nothing was wrong',
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(StageError)
  return (error as StageError).message
}

describe('answers of several tokens', () => {
  it.each<Case>([
    {
      kind: 'recall',
      inputs: () => ({ model: model(), facts: input('path', 'fact.jsonl') }),
      says: /^the answer "Ouagadougou" on line 1 of fact\.jsonl is not one token of the model's tokenizer$/,
    },
    {
      kind: 'sequence-task',
      inputs: () => ({ model: model(), tasks: input('path', 'task.jsonl') }),
      says: /^line 1 of task\.jsonl: the answer " Ouagadougou" is several tokens .*wrong answers are compared with one/,
    },
    {
      kind: 'ioi',
      inputs: () => ({ model: model(), grammar: input('path', 'names.json') }),
      says: /^only 0 of 4 names are one token of the model's tokenizer; IOI needs 8$/,
    },
    {
      kind: 'gendered-pronoun',
      inputs: () => ({ model: model('words') }),
      says: /^"he" is not one token of the model's tokenizer$/,
    },
    {
      kind: 'greater-than',
      inputs: () => ({ model: model('words') }),
      says: /^the model's tokenizer splits too few years/,
    },
  ])('$kind', async ({ says, ...job }) => {
    expect(await refusal(job)).toMatch(says)
  })
})

describe('a tokenizer that does not fit', () => {
  it('gives tokens beyond the model’s vocabulary', async () => {
    const inputs = () => ({ model: model('other-vocabulary') })
    expect(await refusal({ kind: 'ioi', inputs })).toMatch(
      /^token \d+ is outside the model's vocabulary of 1000: the tokenizer does not belong to this model$/,
    )
  })
  it('does not know the words', async () => {
    const inputs = () => ({ path: input('path', 'one-line.txt'), tokenizer: model('words') })
    expect(await refusal({ kind: 'text', inputs })).toMatch(
      /of \d+ tokens of one-line\.txt are unknown to the tokenizer/,
    )
  })
  it('is another than the one that cut the text', async () => {
    const text = await cut('model', { mode: 'stream', length: 4 })
    const inputs = () => ({ model: model('words'), data: text })
    expect(await refusal({ kind: 'loss', inputs })).toMatch(/was made with another tokenizer than the model's own/)
  })
})

/** The one line as a dataset. */
async function cut(tokenizer: string, given: object): Promise<StageInput> {
  const inputs = { path: input('path', 'one-line.txt'), tokenizer: model(tokenizer) }
  const outputs = await runKind('text', { with: given, inputs, ctx: await scratchContext() })
  return { type: 'dataset', path: pathOf(outputs['dataset']) }
}

describe('lengths', () => {
  it('a text shorter than one sequence', async () => {
    const inputs = () => ({ path: input('path', 'one-line.txt'), tokenizer: model() })
    const job = { kind: 'text', with: { mode: 'stream', length: 64 }, inputs }
    expect(await refusal(job)).toBe('one-line.txt has 6 tokens, fewer than one sequence of 64')
  })
  it('data of fewer sequences than a batch', async () => {
    const data = await cut('model', {})
    const inputs = () => ({ model: model(), data })
    expect(await refusal({ kind: 'sgld-chain', inputs })).toBe('the data has 1 sequence, fewer than one batch of 16')
  })
  it('prompts longer than the context', async () => {
    const inputs = () => ({ model: model('short') })
    expect(await refusal({ kind: 'ioi', inputs })).toMatch(/^a prompt has \d+ tokens; the model takes 8 at most$/)
  })
  it('sequences longer than the context', async () => {
    await file('long.txt', 'The boy saw the girl. '.repeat(10))
    const outputs = await runKind('text', {
      with: { mode: 'stream', length: 20 },
      inputs: { path: input('path', 'long.txt'), tokenizer: model('short') },
      ctx: await scratchContext(),
    })
    const data: StageInput = { type: 'dataset', path: pathOf(outputs['dataset']) }
    const inputs = () => ({ model: model('short'), data })
    const says = /^the sequences of the data have 20 tokens; the model takes 8 and the one after them$/
    expect(await refusal({ kind: 'loss', inputs })).toMatch(says)
  })
})

describe('targets that no degradation can have', () => {
  it.each([
    [{ loss: 0.2 }, /is a loss of 0\.2000 nats\/token, not above the model's own/],
    [{ loss: 50 }, /is a loss of 50\.0000 nats\/token, not under \d+\.\d+, which knowing nothing costs/],
  ])('%j', async (target, says) => {
    const data = await cut('model', { mode: 'stream', length: 3 })
    const inputs = () => ({ model: model(), data })
    expect(await refusal({ kind: 'target-loss', with: { target }, inputs })).toMatch(says)
  })
})

describe('models', () => {
  const folderWith = async (name: string, change: (at: string) => Promise<unknown>): Promise<void> => {
    await gpt2HubFolder(at(name), { width: 4, context: 8, vocabulary: 16 })
    await change(at(name))
  }
  const bytesOf = (text: string) => (to: string) => writeFile(join(to, 'model.safetensors'), text)

  it.each<[string, (at: string) => Promise<unknown>, RegExp]>([
    ['weights that are not numbers', nanInto, /tensor "wpe\.weight" holds NaN at element 2$/],
    ['empty weights', bytesOf(''), /model\.safetensors: 0 bytes are too few for a safetensors file$/],
    ['a renamed PyTorch file', bytesOf('PK\u0003\u0004 a zip archive'), /a zip archive, such as PyTorch writes/],
    [
      'a pointer of Git LFS',
      bytesOf('version https://git-lfs.github.com/spec/v1\n'),
      /pointer of Git LFS .* git lfs pull$/,
    ],
    ['an empty configuration', (to) => writeFile(join(to, 'config.json'), ''), /\/config\.json: is not JSON/],
    ['no configuration', (to) => rm(join(to, 'config.json')), /there is no config\.json, so this is no model folder/],
    [
      'a PyTorch file alone',
      async (to) => {
        await rm(join(to, 'model.safetensors'))
        await writeFile(join(to, 'pytorch_model.bin'), 'PK')
      },
      /there is no model\.safetensors, nor an index of its shards; pytorch_model\.bin .* take the safetensors file of the hub/,
    ],
    [
      'a missing shard',
      async (to) => {
        await rm(join(to, 'model.safetensors'))
        const index = { weight_map: { 'wte.weight': 'model-00001-of-00001.safetensors' } }
        await writeFile(join(to, 'model.safetensors.index.json'), JSON.stringify(index))
      },
      /model-00001-of-00001\.safetensors: cannot be read/,
    ],
  ])('%s', async (name, change, says) => {
    await folderWith(name, change)
    const message = await refusal({ kind: 'model', inputs: () => ({ path: input('path', name) }) })
    expect(message).toMatch(says)
    expect(message).toContain(at(name)) // and not the copy that was being made
  })
  it('more parameters than a sampler has room for', async () => {
    await mkdir(at('large'))
    const sizes = { vocab_size: 50257, n_positions: 1024, n_embd: 1280, n_layer: 36, n_head: 20 }
    await writeFile(join(at('large'), 'config.json'), JSON.stringify({ model_type: 'gpt2', ...sizes }))
    const data = await cut('model', {})
    const inputs = () => ({ model: model('large'), data })
    expect(await refusal({ kind: 'sgld-chain', with: { batch: 1 }, inputs })).toBe(
      'the model has 774 million parameters; samplers take 357 million at most, whose arrays fill 4 GiB',
    )
  })
  it('a PyTorch file, and nothing', async () => {
    await file('pytorch_model.bin', 'PK')
    const say = (name: string) => refusal({ kind: 'model', inputs: () => ({ path: input('path', name) }) })
    expect(await say('pytorch_model.bin')).toBe('pytorch_model.bin is no file that holds a network')
    expect(await say('nowhere')).toBe(`${at('nowhere')}: there is nothing there`)
  })
})

/** Puts NaN into the third number of `wpe.weight`, the second tensor. */
async function nanInto(to: string): Promise<void> {
  const weights = join(to, 'model.safetensors')
  const bytes = await readFile(weights)
  const length = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<string, { data_offsets: number[] }>
  bytes.writeFloatLE(Number.NaN, 8 + length + header['wpe.weight']!.data_offsets[0]! + 8)
  await writeFile(weights, bytes)
}

describe('an ensemble with a missing file', () => {
  it('is told by its name', async () => {
    await gpt2HubFolder(at('ensemble'), { width: 4, context: 32 })
    const members = [{ file: 'draw-0.safetensors', chain: 0, draw: 0, step: 1 }]
    await writeFile(join(at('ensemble'), 'series.json'), JSON.stringify({ version: 1, members }))
    const inputs = () => ({ model: input('ensemble', 'ensemble') })
    expect(await refusal({ kind: 'ioi', inputs })).toMatch(/ensemble\/draw-0\.safetensors: cannot be read \(ENOENT/)
  })
})

describe('files of words', () => {
  it.each<[string, string, string]>([
    ['recall', 'facts', 'empty has no facts in it'],
    ['minimal-pairs', 'sentences', 'empty has no pairs of sentences in it'],
    ['sequence-task', 'tasks', 'empty has no tasks in it'],
    ['ioi', 'grammar', 'empty is not JSON'],
  ])('%s refuses an empty file', async (kind, port, says) => {
    const inputs = () => ({ model: model(), [port]: input('path', 'empty') })
    expect(await refusal({ kind, inputs })).toBe(says)
  })
  it.each([
    ['recall', 'facts'],
    ['minimal-pairs', 'sentences'],
    ['sequence-task', 'tasks'],
    ['ioi', 'grammar'],
    ['greater-than', 'nouns'],
    ['agreement', 'sentences'],
    ['gendered-pronoun', 'words'],
  ])('%s refuses a folder', async (kind, port) => {
    const inputs = () => ({ model: model(), [port]: input('path', 'a-folder') })
    expect(await refusal({ kind, inputs })).toBe('a-folder is a folder, where a text file is needed')
  })
  it('text refuses an empty file, and bytes that are no text', async () => {
    const say = (name: string) =>
      refusal({ kind: 'text', inputs: () => ({ path: input('path', name), tokenizer: model() }) })
    expect(await say('empty')).toBe('empty has no text in it')
    await file('binary', 'abc')
    await appendFile(at('binary'), Buffer.from([0xff, 0xfe, 0x00]))
    expect(await say('binary')).toMatch(/^binary cannot be read as UTF-8 text/)
  })
})
