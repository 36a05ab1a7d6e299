import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StageInput } from '../../../../src/stage/artifact.ts'
import type { CircuitFinding } from '../../../../src/lab/experiments/circuit/circuit-finding.ts'
import type { Metrics } from '../../../../src/stage/metrics.ts'
import { copyModel, copyPairs } from '../copy-model.ts'
import { runKind, valueOf } from '../../run-kind.ts'
import { scratchContext } from '../../scratch-context.ts'
import { tinyModel, tinyPairs } from '../tiny-pairs.ts'

async function measure(given: object, inputs?: { model: StageInput; pairs: StageInput }) {
  const made = await runKind('circuit', {
    with: given,
    inputs: inputs ?? { model: tinyModel, pairs: await tinyPairs(48) },
    ctx: await scratchContext(),
  })
  const { metrics } = valueOf(made['metrics']) as Metrics
  const value = (name: string): number => metrics[name]!.values[0]![0]!
  return { value, metrics, finding: valueOf(made['circuit']) as CircuitFinding }
}
const heads = ['0', '1'].flatMap((layer) => ['0', '1', '2', '3'].map((head) => `${layer}.${head}`))
const everything = [...heads, 'mlp.0', 'mlp.1']

describe('a circuit of the shipped model', () => {
  it.each(['mean', 'zero', 'resample'])('of everything is faithful and complete, exactly (%s)', async (ablation) => {
    const { value } = await measure({ circuit: everything, ablation })
    expect([value('faithfulness'), value('completeness'), value('difference')]).toEqual([1, 0, 0])
  })
  it('with everything resampled scores as the corrupted prompts do', async () => {
    const pairs = await tinyPairs(48)
    const { value } = await measure({ circuit: ['0.3'], ablation: 'resample' }, { model: tinyModel, pairs })
    const patched = await runKind('patching', {
      with: { hook: 'z', layers: [0] },
      inputs: { model: tinyModel, pairs },
      ctx: await scratchContext(),
    })
    const { metrics } = valueOf(patched['metrics']) as Metrics
    expect(value('whole')).toBeCloseTo(metrics['clean']!.values[0]![0]!, 10)
    // The embedding is no node: what it alone says of the clean prompt is left.
    expect(Math.abs(value('empty'))).toBeLessThan(value('whole') / 2)
  })
  it('of a duplicate-token head and two movers does IOI alone, and without them nothing does', async () => {
    const classes = [{ name: 'movers', nodes: ['1.1', '1.3'] }]
    const { value, finding } = await measure({ among: 'heads', circuit: ['0.3', '1.1', '1.3'], classes })
    expect(value('faithfulness')).toBeGreaterThan(0.8)
    expect(Math.abs(value('completeness'))).toBeLessThan(0.3)
    expect(finding.classes[0]!.f).toBeLessThan(0.4)
    expect(finding.groups.count).toBeGreaterThan(1)
  })
  it('ranked on one half of the pairs, has f of 0 and 1 at the ends, and areas that follow from it', async () => {
    const { value, finding, metrics } = await measure({ k: 0.5 })
    const { curve, ranking, nodes } = finding
    expect(ranking).toHaveLength(10)
    expect(nodes).toEqual(ranking.slice(0, 5).map(({ node }) => node))
    expect([curve[0]!.f, curve.at(-1)!.f]).toEqual([0, 1])
    const area = (f: (value: number) => number): number =>
      curve.slice(1).reduce((sum, { k, f: here }, i) => sum + ((k - curve[i]!.k) * (f(here) + f(curve[i]!.f))) / 2, 0)
    expect(value('cpr')).toBeCloseTo(
      area((f) => f),
      10,
    )
    expect(value('cmd')).toBeCloseTo(
      area((f) => Math.abs(1 - f)),
      10,
    )
    expect(metrics['cpr']!.itemError).toBeGreaterThan(0)
    expect(metrics['faithfulness']!.items).toBe(24)
  })
  it('refuses nodes that are not there or stand twice', async () => {
    await expect(measure({ circuit: ['9.9'] })).rejects.toThrow(/no node "9.9"/)
    await expect(measure({ circuit: ['0.1', '0.1'] })).rejects.toThrow(/"0.1" stands twice/)
    await expect(measure({ among: 'heads', circuit: ['mlp.0'] })).rejects.toThrow(/no node "mlp.0"/)
  })
})

it('of the one head that a model written by hand uses is faithful and complete, exactly', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-copy-'))
  const inputs = { model: await copyModel(join(folder, 'copy')), pairs: await copyPairs(join(folder, 'pairs.jsonl')) }
  for (const ablation of ['mean', 'zero', 'resample']) {
    const right = await measure({ circuit: ['0.0'], ablation }, inputs)
    expect([right.value('faithfulness'), right.value('completeness')]).toEqual([1, 0])
    const wrong = await measure({ circuit: ['0.1', 'mlp.0'], ablation }, inputs)
    expect([wrong.value('faithfulness'), wrong.value('completeness')]).toEqual([0, 1])
  }
})

describe('a circuit of edges', () => {
  it('of the three edges that a model written by hand uses is faithful and complete', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-copy-'))
    const inputs = { model: await copyModel(join(folder, 'copy')), pairs: await copyPairs(join(folder, 'pairs.jsonl')) }
    for (const ablation of ['mean', 'zero', 'resample']) {
      const right = await measure(
        { among: 'edges', circuit: ['embed->0.0', '0.0->logits', 'embed->logits'], ablation },
        inputs,
      )
      expect(right.value('faithfulness')).toBeCloseTo(1, 5)
      expect(right.value('completeness')).toBeCloseTo(0, 5)
      const classes = [{ name: 'copy', nodes: ['0.0->logits'] }]
      const wrong = await measure({ among: 'edges', circuit: ['embed->0.1', '0.1->logits'], classes, ablation }, inputs)
      expect(wrong.value('faithfulness')).toBeCloseTo(0, 5)
      expect(wrong.finding.classes[0]!.f).toBeLessThan(0.5)
    }
  })
  it('of the shipped model is ranked among 54, and all of them are the model', async () => {
    const { finding, value } = await measure(
      { among: 'edges', k: 0.5 },
      { model: tinyModel, pairs: await tinyPairs(16) },
    )
    expect(finding.ranking).toHaveLength(54)
    expect(finding.nodes).toHaveLength(27)
    expect(finding.curve.at(-1)!.f).toBe(1)
    expect(Math.abs(value('faithfulness') - 1)).toBeLessThan(0.3)
    await expect(measure({ among: 'edges', circuit: ['1.0->0.0'] })).rejects.toThrow(/no edge "1.0->0.0"/)
  })
})
