import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { decoderOf } from '../../../../src/engine/model/config.ts'
import { readFile, writeFile, cp } from 'node:fs/promises'
import { readSafetensors, writeSafetensors } from '../../../../src/engine/model/safetensors.ts'
import type { StageInput } from '../../../../src/stage/artifact.ts'
import type { Metrics } from '../../../../src/stage/metrics.ts'
import { catalog } from '../../../../src/lab/index.ts'
import { copyModel, copyPairs } from '../copy-model.ts'
import { pathOf, runKind, valueOf } from '../../run-kind.ts'
import { scratchContext } from '../../scratch-context.ts'
import { tinyModel, tinyPairs } from '../tiny-pairs.ts'

interface Grid {
  readonly layers: number[]
  readonly columns: string[]
  readonly effect: number[][]
  readonly error: number[][]
  readonly cell: { readonly row: number; readonly column: number }
}
async function patch(given: object, inputs: { model: StageInput; pairs: StageInput }) {
  const made = await runKind('patching', { with: given, inputs, ctx: await scratchContext() })
  const { metrics } = valueOf(made['metrics']) as Metrics
  const value = (name: string): number => metrics[name]!.values[0]![0]!
  return { made, grid: valueOf(made['grid']) as Grid, value, examples: pathOf(made['items']) }
}

describe('patching of a model written by hand, whose head 0 copies position 1', () => {
  let inputs: { model: StageInput; pairs: StageInput }
  beforeAll(async () => {
    const { scratch } = await persistentContext()
    inputs = { model: await copyModel(join(scratch, 'copy')), pairs: await copyPairs(join(scratch, 'pairs.jsonl')) }
  })
  it('finds the position that is copied, before attention, and the last after it, exactly', async () => {
    expect((await patch({ hook: 'resid_pre' }, inputs)).grid.effect).toEqual([[0, 1, 0]])
    expect((await patch({ hook: 'resid_mid' }, inputs)).grid.effect).toEqual([[0, 0, 1]])
  })
  it('finds the head that copies, and that its values carry what is copied', async () => {
    for (const hook of ['z', 'v']) {
      const { grid, value } = await patch({ hook }, inputs)
      expect(grid.effect).toEqual([[1, 0]])
      expect(grid.cell).toEqual({ row: 0, column: 0 })
      expect(value('effect')).toBe(1)
    }
    for (const hook of ['q', 'k', 'pattern', 'mlp_out']) {
      const { grid } = await patch({ hook }, inputs)
      expect(grid.effect.flat().every((effect) => effect === 0)).toBe(true)
    }
  })
  it('the other way round, corrupting what is copied destroys the answer', async () => {
    const { grid, value } = await patch({ hook: 'z', direction: 'noise', position: 'END' }, inputs)
    expect(grid.effect).toEqual([[0, 1]])
    expect(value('effect')).toBe(0)
  })
  it('measures every draw of an ensemble, by chain, with an error that the draws give', async () => {
    const { scratch } = await scratchContext()
    const path = join(scratch, 'ensemble')
    await cp(inputs.model.path!, path, { recursive: true })
    const members = [0, 1, 2].flatMap((chain) =>
      [0, 1].map((draw) => ({ chain, draw, step: 0, file: `chain-${chain}-draw-${draw}.safetensors` })),
    )
    for (const { file, chain, draw } of members) {
      const stored = await readSafetensors(join(path, 'model.safetensors'))
      // Each draw attends less sharply, so that less is copied.
      const weight = stored.get('h.0.attn.c_attn.weight')!.data as Float32Array
      weight[11 * 48] = 0.02 + 0.002 * chain + 0.001 * draw
      await writeSafetensors(join(path, file), stored)
    }
    await writeFile(join(path, 'series.json'), JSON.stringify({ version: 1, members }))
    const ensemble = { type: 'ensemble' as const, path }
    const given = { hook: 'z', cell: { layer: 0, column: '0' } }
    const { made, grid } = await patch(given, { ...inputs, model: ensemble })
    const { metrics } = valueOf(made['metrics']) as Metrics
    expect(metrics['clean']!.values.map((chain) => chain.length)).toEqual([2, 2, 2])
    expect(new Set(metrics['clean']!.values.flat()).size).toBe(6)
    expect(metrics['effect']!.values.flat()).toEqual([1, 1, 1, 1, 1, 1])
    expect(grid.error[0]![0]).toBe(0)
    const stored = await readSafetensors(pathOf(made['items']))
    expect([...stored.get('chain')!.data]).toEqual([0, 0, 1, 1, 2, 2])
    expect(stored.get('clean')!.shape).toEqual([6, 4])
  })
  it('keeps the score of every pair, from which the effect follows', async () => {
    const { examples, value } = await patch({ hook: 'z', cell: { layer: 0, column: '0' } }, inputs)
    const stored = await readSafetensors(examples)
    expect(stored.get('patched')!.shape).toEqual([1, 1, 2, 4])
    const [clean, corrupt] = ['clean', 'corrupt'].map((name) => [...(stored.get(name)!.data as Float64Array)])
    expect([...stored.get('patched')!.data].slice(0, 4)).toEqual(clean)
    expect(value('clean')).toBeCloseTo(clean!.reduce((a, b) => a + b) / 4, 12)
    expect(value('corrupt')).toBeCloseTo(corrupt!.reduce((a, b) => a + b) / 4, 12)
  })
  it('draws a heat map', async () => {
    const { made } = await patch({ hook: 'resid_pre' }, inputs)
    const outputs = { grid: { type: 'record', digest: 'sha256:0', value: valueOf(made['grid']) } }
    const kind = catalog.get('patching')!
    const blocks = kind.report!({ stage: 's', with: { hook: 'resid_pre', direction: 'denoise' }, outputs } as never)
    expect(blocks[0]).toMatchObject({
      type: 'heatmap',
      rows: { names: ['0'] },
      columns: { names: ['first', 'said', 'END'] },
      values: [[0, 1, 0]],
    })
  })
  it('refuses a cell, block or label that is not there', async () => {
    await expect(patch({ cell: { layer: 0, column: 'S9' } }, inputs)).rejects.toThrow(/no cell at layer 0, S9/)
    await expect(patch({ layers: [3] }, inputs)).rejects.toThrow(/no block 3: they run from 0 to 0/)
    await expect(patch({ hook: 'z', position: 'S9' }, inputs)).rejects.toThrow(/not every pair has a position "S9"/)
    await expect(patch({ by: 'head' }, inputs)).rejects.toThrow(/has no heads/)
  })
})

describe('patching of the shipped model', () => {
  it('after the last block, the last position carries everything and no other anything', async () => {
    const inputs = { model: tinyModel, pairs: await tinyPairs(32) }
    const { grid, value } = await patch({ hook: 'resid_post', cell: { layer: 1, column: 'END' } }, inputs)
    expect(grid.columns).toEqual(['IO', 'S1', 'S1+1', 'S2', 'END'])
    expect(grid.effect[1]).toEqual([0, 0, 0, 0, 1])
    expect([value('effect'), value('clean') > 3]).toEqual([1, true])
  })
  it('finds the head of the last block whose loss of weights costs the answer most', async () => {
    const pairs = await tinyPairs(32)
    const { grid } = await patch({ hook: 'z', position: 'END', layers: [1] }, { model: tinyModel, pairs })
    const best = grid.effect[0]!.indexOf(Math.max(...grid.effect[0]!))
    const left: number[] = []
    for (let head = 0; head < 4; head++) {
      const model = await withoutHead(head)
      const { value } = await patch({ hook: 'resid_post', layers: [1], by: 'position' }, { model, pairs })
      left.push(value('clean'))
    }
    expect(best).toBe(3)
    expect(left.indexOf(Math.min(...left))).toBe(best)
  })
})

/** The shipped model with the rows of the output matrix that head `head` of block 1 feeds set to zero. */
async function withoutHead(head: number): Promise<StageInput> {
  const { scratch } = await scratchContext()
  const path = join(scratch, 'model')
  await cp(tinyModel.path, path, { recursive: true })
  const config = JSON.parse(await readFile(join(path, 'config.json'), 'utf8')) as unknown
  const { prefixes } = decoderOf(config, 'config.json')
  const stored = await readSafetensors(join(path, 'model.safetensors'))
  const name = ['', ...prefixes].map((prefix) => `${prefix}h.1.attn.c_proj.weight`).find((each) => stored.has(each))!
  ;(stored.get(name)!.data as Float32Array).fill(0, head * 16 * 64, (head + 1) * 16 * 64)
  await writeFile(join(path, 'model.safetensors'), '')
  await writeSafetensors(join(path, 'model.safetensors'), stored)
  return { type: 'model', path }
}

/** Files that several tests read. */
async function persistentContext(): Promise<{ scratch: string }> {
  const { mkdtemp } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  return { scratch: await mkdtemp(join(tmpdir(), 'assay-copy-')) }
}
