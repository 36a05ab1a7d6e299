import { describe, expect, it } from 'vitest'
import { digestOfBytes } from '../../src/base/digest.ts'
import { keyDifference } from '../../src/orchestrator/key-difference.ts'
import type { Sources } from '../../src/orchestrator/store/store.ts'
import type { KeyRecord } from '../../src/orchestrator/stage-key.ts'

const base: KeyRecord = {
  format: 1,
  kind: 'sgld',
  version: 2,
  params: { draws: 8, deep: { rate: 0.1 }, list: [1, 2] },
  seed: '00',
  runtime: { engine: 1, onnxruntime: '1.30.0' },
  inputs: { text: { type: 'text', digest: digestOfBytes('a') } },
}

describe('the difference of two keys', () => {
  it.each<[string, Partial<KeyRecord>, string[]]>([
    ['nothing', {}, []],
    ['a parameter', { params: { ...base.params, draws: 16 } }, ['with.draws 8 → 16']],
    ['a nested parameter', { params: { ...base.params, deep: { rate: 0.2 } } }, ['with.deep.rate 0.1 → 0.2']],
    ['a list', { params: { ...base.params, list: [1] } }, ['with.list [1,2] → [1]']],
    ['a new parameter', { params: { ...base.params, chains: 4 } }, ['with.chains unset → 4']],
    ['an input', { inputs: { text: { type: 'text', digest: digestOfBytes('b') } } }, ['input text changed']],
    [
      'the type of an input',
      { inputs: { text: { type: 'path', digest: digestOfBytes('a') } } },
      ['input text is now a path, was a text'],
    ],
    [
      'inputs come and gone',
      { inputs: { data: { type: 'text', digest: digestOfBytes('a') } } },
      ['input data added', 'input text removed'],
    ],
    ['the version of the kind', { version: 3 }, ['kind sgld version 2 → 3']],
    ['the seed', { seed: '01' }, ['seed 00 → 01']],
    ['a library', { runtime: { engine: 1, onnxruntime: '1.31.0' } }, ['runtime.onnxruntime "1.30.0" → "1.31.0"']],
    [
      'several things',
      { version: 3, params: { ...base.params, draws: 9 } },
      ['kind sgld version 2 → 3', 'with.draws 8 → 9'],
    ],
  ])('names %s', (_name, change, expected) => {
    expect(keyDifference({ record: base }, { record: { ...base, ...change } })).toEqual(expected)
  })

  it('names the word of a command that changed', () => {
    const withRun = (run: string): { record: KeyRecord } => ({
      record: { ...base, command: { run: [run, '${outputs.o}'], outputs: {}, env: {} } },
    })
    expect(keyDifference(withRun('p --n 8 > '), withRun('p --n 9 > '))).toEqual(['run: --n 8 → 9'])
  })

  it('names what changed inside templates and lists of them', () => {
    const withTemplates = (bits: number, word: string): { record: KeyRecord } => ({
      record: {
        ...base,
        templates: {
          degrade: { use: 'noise', then: [{ use: 'quantize', with: { bits } }] },
          measure: { use: 'command', command: { run: [`score ${word} > `, '${outputs.o}'], outputs: {}, env: {} } },
        },
      },
    })
    expect(keyDifference(withTemplates(5, '--a'), withTemplates(6, '--b'))).toEqual([
      'degrade.then[0].with.bits 5 → 6',
      'measure.command.run: --a → --b',
    ])
  })

  it('says that a file was edited', () => {
    const changed = { ...base, inputs: { text: { type: 'text', digest: digestOfBytes('b') } } } as const
    const of = (text: string): Sources => ({ text: { path: '/p.txt', files: [['', digestOfBytes(text)]] } })
    expect(keyDifference({ record: base, sources: of('a') }, { record: changed, sources: of('b') })).toEqual([
      'input text changed: file edited',
    ])
  })

  it('names the files of a folder that changed, up to three', () => {
    const changed = { ...base, inputs: { text: { type: 'text', digest: digestOfBytes('b') } } } as const
    const of = (...names: string[]): Sources => ({
      text: { path: '/p', files: names.map((name) => [name.slice(0, 1), digestOfBytes(name)] as const) },
    })
    expect(
      keyDifference(
        { record: base, sources: of('a1', 'b1', 'c1') },
        { record: changed, sources: of('a1', 'b2', 'd1') },
      ),
    ).toEqual(['input text changed: b edited, d added, c removed'])
    expect(
      keyDifference(
        { record: base, sources: of('a1', 'b1', 'c1', 'd1', 'e1') },
        { record: changed, sources: of('a2', 'b2', 'c2', 'd2', 'e2') },
      ),
    ).toEqual(['input text changed: a edited, b edited, c edited and 2 more'])
    expect(
      keyDifference(
        { record: base, sources: of('a1') },
        { record: changed, sources: { text: { path: '/other', files: [] } } },
      ),
    ).toEqual(['input text changed: /other instead of /p'])
  })

  it('shortens long values', () => {
    const [text] = keyDifference(
      { record: base },
      { record: { ...base, params: { ...base.params, draws: 'x'.repeat(500) } } },
    )
    expect(text?.length).toBeLessThan(80)
  })
})
