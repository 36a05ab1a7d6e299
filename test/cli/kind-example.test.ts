import { Type } from '@sinclair/typebox'
import { describe, expect, it } from 'vitest'
import { exampleOf } from '../../src/cli/kind-example.ts'
import { compile } from '../../src/compiler/compile.ts'
import { catalog } from '../../src/lab/index.ts'
import { artifactTypes } from '../../src/stage/artifact.ts'
import { StageCatalog } from '../../src/stage/catalog.ts'
import { defineStage } from '../../src/stage/stage-kind.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'

/** Kinds that give one artifact of each type: what `some-<type>` in an example may stand for. */
const stubs = artifactTypes.map((type) =>
  defineStage({
    name: `stub-${type}`,
    version: 1,
    role: 'source',
    summary: `A ${type}.`,
    seeded: false,
    params: Type.Object({}),
    inputs: {},
    outputs: { [type]: { type, description: 'It' } },
    run: () => Promise.reject(new Error('never run')),
  }),
)

function findings(example: readonly string[], kinds: StageCatalog): string[] {
  const text = [
    'assay: 1',
    'stages:',
    ...artifactTypes.map((type) => `  some-${type}: { use: stub-${type} }`),
    ...example.map((line) => `  ${line}`),
    '',
  ].join('\n')
  const withStubs = new StageCatalog([...kinds.all(), ...stubs])
  const { diagnostics } = compile({ file: '/p/x.yaml', text }, { catalog: withStubs, probe: () => 'file' })
  return diagnostics.map(({ span, message }) => `${text.split('\n')[span.line - 1] ?? ''}: ${message}`)
}

describe('the example of a kind', () => {
  const usable = (kinds: StageCatalog): string[] =>
    kinds.all().flatMap(({ name, role }) => (role === 'part' ? [] : [name]))
  it.each(usable(catalog))('of %s is right once its references are there', (name) => {
    const kind = catalog.get(name)!
    expect(findings(exampleOf(kind, catalog), catalog)).toEqual([])
  })
  it.each(usable(fakeCatalog))('made for a kind without one, %s', (name) => {
    expect(findings(exampleOf(fakeCatalog.get(name)!, fakeCatalog), fakeCatalog)).toEqual([])
  })
  it('would be found wrong', () => {
    expect(findings(['my-text:', '  use: text', '  with: { tokenizer: some-number }'], catalog)).not.toEqual([])
  })
})
