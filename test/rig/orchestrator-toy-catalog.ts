import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Type } from '@sinclair/typebox'
import { createHash } from 'node:crypto'
import { command } from '../../src/lab/command/command.ts'
import type { ArtifactRef } from '../../src/stage/artifact.ts'
import { StageCatalog } from '../../src/stage/catalog.ts'
import { StageError } from '../../src/stage/stage-context.ts'
import { defineSearch, defineStage, type ChildStage } from '../../src/stage/stage-kind.ts'

/** A number, from a seed: the shortest stage there is. */
const toyNumber = defineStage({
  name: 'toy-number',
  version: 1,
  role: 'source',
  seeded: false,
  summary: 'A number',
  inputs: {},
  params: Type.Object({ value: Type.Number(), log: Type.Optional(Type.String()) }),
  outputs: { number: { type: 'number', description: 'The number' } },
  run: ({ with: { value, log } }) => {
    if (log !== undefined) writeFileSync(log, 'ran\n', { flag: 'a' })
    return Promise.resolve({ number: { value } })
  },
})

/** Files from a text file of the user's. */
const toyText = defineStage({
  name: 'toy-text',
  version: 1,
  role: 'source',
  seeded: false,
  summary: 'A text, upper case',
  params: Type.Object({}),
  inputs: { from: { accepts: ['path'], description: 'A text file' } },
  outputs: { text: { type: 'text', description: 'The text' }, length: { type: 'number', description: 'Its length' } },
  run: ({ inputs, ctx }) => {
    const text = readFileSync(inputs['from']?.path ?? '', 'utf8').toUpperCase()
    writeFileSync(join(ctx.out, 'text.txt'), text)
    return Promise.resolve({ text: { path: 'text.txt' }, length: { value: text.length } })
  },
})

/**
 * A chain of hashes, one link every `pause` milliseconds, with a checkpoint after each: long, seeded, and its result
 * shows any lost or doubled step. `log`: a file that gets a line for each link that was really computed; while it has as
 * many lines as the number in the file `<log>.hold` says, no further link is begun.
 */
const toyChain = defineStage({
  name: 'toy-chain',
  version: 1,
  role: 'degradation',
  seeded: true,
  summary: 'A long chain',
  params: Type.Object({
    steps: Type.Integer({ minimum: 1 }),
    pause: Type.Number({ default: 0 }),
    log: Type.Optional(Type.String()),
  }),
  inputs: { start: { accepts: ['number', 'text'], optional: true, description: 'Where to start' } },
  outputs: {
    model: { type: 'model', description: 'All links' },
    last: { type: 'number', description: 'From the last link' },
  },
  run: async ({ with: { steps, pause, log }, inputs, ctx }) => {
    const checkpoint = join(ctx.scratch, 'links.json')
    const links = existsSync(checkpoint) ? (JSON.parse(readFileSync(checkpoint, 'utf8')) as string[]) : []
    const first = JSON.stringify(inputs['start']?.value ?? null) + ctx.seed
    while (links.length < steps) {
      ctx.signal.throwIfAborted()
      if (log !== undefined && isHeld(log)) {
        await sleep(5)
        continue
      }
      await sleep(pause)
      links.push(
        createHash('sha256')
          .update(links.at(-1) ?? first)
          .digest('hex'),
      )
      writeFileSync(`${checkpoint}.tmp`, JSON.stringify(links))
      renameSync(`${checkpoint}.tmp`, checkpoint)
      if (log !== undefined) writeFileSync(log, `${ctx.seed} ${links.length}\n`, { flag: 'a' })
      ctx.progress({ fraction: links.length / steps, note: `link ${links.length} of ${steps}` })
    }
    mkdirSync(join(ctx.out, 'model', 'deep'), { recursive: true })
    writeFileSync(join(ctx.out, 'model', 'links.json'), JSON.stringify(links))
    writeFileSync(join(ctx.out, 'model', 'deep', 'tokenizer.json'), '{"same":"in every model"}')
    return { model: { path: 'model' }, last: { value: parseInt((links.at(-1) ?? '').slice(0, 8), 16) / 2 ** 32 } }
  },
})

function isHeld(log: string): boolean {
  if (!existsSync(`${log}.hold`)) return false
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0
  return lines >= Number(readFileSync(`${log}.hold`, 'utf8'))
}

/** Fails in the way that `how` names. */
const toyFault = defineStage({
  name: 'toy-fault',
  version: 1,
  role: 'experiment',
  seeded: false,
  summary: 'Fails',
  inputs: { after: { accepts: ['number'], optional: true, description: 'Waits for it' } },
  params: Type.Object({ how: Type.String(), log: Type.Optional(Type.String()) }),
  outputs: { number: { type: 'number', description: 'Never given' } },
  run: async ({ with: { how, log }, ctx }) => {
    if (log !== undefined) writeFileSync(log, 'started\n', { flag: 'a' })
    if (how === 'stage-error') throw new StageError('the model is broken', 'give another one')
    if (how === 'bug') throw new TypeError('not a function')
    if (how === 'exit') process.exit(7)
    if (how === 'signal') process.kill(process.pid, 'SIGSEGV')
    if (how === 'nan') return { number: { value: NaN } }
    if (how === 'outside') return { number: { value: 1 }, other: { value: 2 } }
    if (how === 'deaf') for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
    if (how === 'hang')
      await new Promise((_, reject) => {
        ctx.signal.addEventListener('abort', () => {
          reject(new Error('aborted'))
        })
      })
    return { number: { value: 0 } }
  },
})

/** Children `level-00`, `level-01`, … of its template until one's `last` is below `below` or `most` are done. */
const toySearch = defineSearch({
  name: 'toy-search',
  version: 1,
  role: 'search',
  seeded: false,
  summary: 'A search',
  params: Type.Object({ below: Type.Number(), most: Type.Integer({ default: 6 }) }),
  inputs: { start: { accepts: ['number'], optional: true, description: 'Handed to each level' } },
  templates: { degrade: { role: 'degradation', arity: 'one', description: 'What each level is' } },
  outputs: {
    best: { type: 'record', description: 'The level and its value' },
    model: { type: 'model', description: 'Of the last level' },
  },
  grow: ({ with: { below, most }, templates, inputs, results }) => {
    const template = templates['degrade'] as { use: string; with: ChildStage['with']; inputs: ChildStage['inputs'] }
    const stages: ChildStage[] = []
    for (let level = 0; level < most; level++) {
      const name = `level-${String(level).padStart(2, '0')}`
      stages.push({ ...template, name, inputs: { ...template.inputs, ...inputs } })
      const result = results[name]
      if (result === undefined) break
      const value = (result.outputs['last'] as { value: number }).value
      if (value < below || level === most - 1) {
        return { stages, outputs: { best: { value: { level, value } }, model: result.outputs['model'] as ArtifactRef } }
      }
    }
    return {
      stages,
      view: {
        claim: `last < ${below}`,
        threshold: below,
        metric: 'last',
        doing: `level ${stages.length}`,
        levels: stages.map(({ name }) => ({ name, dose: '', status: 'running' })),
      },
    }
  },
  report: ({ outputs }) => [
    {
      type: 'answer',
      tone: 'good',
      headline: `best ${JSON.stringify((outputs['best'] as { value: unknown }).value)}`,
      lines: [],
    },
  ],
})

/** A degradation that grows `chain-0 … chain-(n-1)` side by side: growth inside growth. */
const toyChains = defineSearch({
  name: 'toy-chains',
  version: 1,
  role: 'degradation',
  seeded: true,
  summary: 'Several chains',
  params: Type.Object({
    chains: Type.Integer({ default: 2 }),
    steps: Type.Integer(),
    pause: Type.Number({ default: 0 }),
    log: Type.Optional(Type.String()),
  }),
  inputs: { start: { accepts: ['number'], optional: true, description: 'Where to start' } },
  outputs: {
    last: { type: 'number', description: 'Mean of the chains' },
    model: { type: 'model', description: 'Of chain 0' },
  },
  grow: ({
    with: { chains, seed: _seed, ...others },
    inputs,
    results,
  }: { with: Record<string, never> & { chains: number } } & {
    inputs: ChildStage['inputs']
    results: Readonly<Record<string, { outputs: ChildStage['inputs'] }>>
  }) => {
    const stages = Array.from({ length: chains }, (_, chain): ChildStage => ({
      name: `chain-${chain}`,
      use: 'toy-chain',
      with: others,
      inputs,
    }))
    const done = stages.flatMap(({ name }) => results[name] ?? [])
    if (done.length < chains) return { stages }
    const mean = done.reduce((sum, { outputs }) => sum + (outputs['last'] as { value: number }).value, 0) / chains
    return { stages, outputs: { last: { value: mean }, model: done[0]?.outputs['model'] as ArtifactRef } }
  },
} as never)

/** A list of numbers, and one that may be missing. */
const toySum = defineStage({
  name: 'toy-sum',
  version: 1,
  role: 'part',
  seeded: false,
  summary: 'A sum',
  params: Type.Object({}),
  inputs: {
    numbers: { accepts: ['number'], many: true, description: 'What to add' },
    more: { accepts: ['number'], optional: true, description: 'And this' },
  },
  outputs: { number: { type: 'number', description: 'The sum' } },
  run: ({ inputs }) => {
    const items = [...(inputs['numbers']?.items ?? []), ...(inputs['more'] === undefined ? [] : [inputs['more']])]
    return Promise.resolve({ number: { value: items.reduce((sum, { value }) => sum + (value as number), 0) } })
  },
})

export const catalog = new StageCatalog([toyNumber, toyText, toyChain, toyFault, toySum, toySearch, toyChains, command])
