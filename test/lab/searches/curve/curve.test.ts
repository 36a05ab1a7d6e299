import { expect, test } from 'vitest'
import { curve } from '../../../../src/lab/searches/curve/curve.ts'
import type { CurveAnswer } from '../../../../src/lab/searches/curve/curve-answer.ts'
import type { ChildResult, ChildStage, GrowingKind } from '../../../../src/stage/stage-kind.ts'
import { answer, ref, templates, type World } from '../coarsest/synthetic.ts'

const kind = curve as GrowingKind
const world: World = { accuracy: (nbeta) => (nbeta > 500 ? 0.98 : 0.9), facts: (nbeta) => Math.min(1, nbeta / 2000) }

function run(nbetas: number[], change: World = world): { stages: readonly ChildStage[]; answer: CurveAnswer } {
  const results: Record<string, ChildResult> = {}
  for (let round = 0; round < 100; round++) {
    const growth = kind.grow({
      with: { nbetas, from: 1 },
      inputs: { model: ref('model', 'the model') },
      stage: 'curve',
      results: { ...results },
      templates: { degrade: templates.degrade, measure: { ioi: templates.measure, facts: templates.beside.facts } },
    })
    if (growth.outputs)
      return { stages: growth.stages, answer: (growth.outputs['answer'] as unknown as { value: CurveAnswer }).value }
    for (const child of growth.stages) results[child.name] ??= answer(child, change)
  }
  throw new Error('the curve does not end')
}

test('levels go from cold to hot, each warm-started from the one before', () => {
  const { stages, answer: told } = run([300, 3000, 1000])
  expect(told.levels.map(({ nbeta }) => nbeta)).toEqual([3000, 1000, 300])
  const warm = stages.filter(({ use }) => use === 'sgld').map(({ inputs }) => inputs['warm'])
  expect(warm.map((one) => (one && 'value' in one ? one.value : undefined))).toEqual([undefined, 3000, 1000])
})

test('the report says what melts first, draws both curves and lists every level', () => {
  const { answer: told } = run([3000, 1000, 300])
  const blocks = kind.report!({ stage: 'curve', with: {}, outputs: { answer: ref('record', told as never) } })
  const [order, chart, table] = blocks
  expect(order).toMatchObject({
    lines: [
      expect.stringMatching(/^facts is down to half 0\.\d+ nats/),
      expect.stringMatching(/^ioi keeps more than half to the end/),
    ],
  })
  expect(chart).toMatchObject({ series: [{ name: 'ioi' }, { name: 'facts' }] })
  expect((table as unknown as { rows: unknown[] }).rows).toHaveLength(4)
})

test('a broken sampler ends it with one clear error', () => {
  expect(() => run([3000, 300], { ...world, verdict: (nbeta) => (nbeta < 1000 ? 'broken' : 'healthy') })).toThrow(
    /the sampler broke at nβ 300/,
  )
})
