import { expect, test } from 'vitest'
import { curve } from '../../../../src/lab/searches/curve/curve.ts'
import type { CurveAnswer } from '../../../../src/lab/searches/curve/curve-answer.ts'
import type { ChildResult, ChildStage, GrowingKind, Template } from '../../../../src/stage/stage-kind.ts'
import { answer, ref, templates, type World } from '../coarsest/synthetic.ts'

const kind = curve as GrowingKind
const world: World = { accuracy: (nbeta) => (nbeta > 500 ? 0.98 : 0.9), facts: (nbeta) => Math.min(1, nbeta / 2000) }

function run(
  given: number[] | object,
  change: World = world,
  degrade: Template = templates.degrade,
): { stages: readonly ChildStage[]; answer: CurveAnswer } {
  const results: Record<string, ChildResult> = {}
  for (let round = 0; round < 100; round++) {
    const growth = kind.grow({
      with: { levels: 8, from: 1, ...(Array.isArray(given) ? { nbetas: given } : given) },
      inputs: { model: ref('model', 'the model') },
      stage: 'curve',
      results: { ...results },
      templates: { degrade, measure: { ioi: templates.measure, facts: templates.beside.facts } },
    })
    if (growth.outputs)
      return { stages: growth.stages, answer: (growth.outputs['answer'] as unknown as { value: CurveAnswer }).value }
    for (const child of growth.stages) results[child.name] ??= answer(child, change)
  }
  throw new Error('the curve does not end')
}

const rest = [1, 2, 3].map(() => expect.any(String) as string)

test('levels go from cold to hot, each warm-started from the one before', () => {
  const { stages, answer: told } = run([300, 3000, 1000])
  expect(told.levels.map(({ nbeta }) => nbeta)).toEqual([3000, 1000, 300])
  const warm = stages.filter(({ use }) => use === 'sgld').map(({ inputs }) => inputs['warm'])
  expect(warm.map((one) => (one && 'value' in one ? one.value : undefined))).toEqual([undefined, 3000, 1000])
})

test('the report says what melts first, draws both curves and lists every level', () => {
  const { answer: told } = run([3000, 1000, 300])
  const blocks = kind.report!({ stage: 'curve', with: {}, outputs: { answer: ref('record', told as never) } })
  const [order, chart, lives, table] = blocks
  expect(order).toMatchObject({
    lines: [
      expect.stringMatching(/^facts is down to half 0\.\d+ nats/),
      expect.stringMatching(/^ioi keeps more than half to the end/),
    ],
  })
  expect(chart).toMatchObject({ series: [{ name: 'ioi' }, { name: 'facts' }] })
  expect(lives).toMatchObject({
    type: 'table',
    rows: [
      ['ioi', ...rest],
      ['facts', ...rest],
    ],
  })
  expect((table as unknown as { rows: unknown[] }).rows).toHaveLength(4)
})

test('a broken sampler ends it with one clear error', () => {
  expect(() => run([3000, 300], { ...world, verdict: (nbeta) => (nbeta < 1000 ? 'broken' : 'healthy') })).toThrow(
    /the sampler broke at nβ 300/,
  )
})

test('losses are steered to, each until it is hit', () => {
  const { answer: told } = run({ losses: [1.1, 1.02] })
  for (const target of [1.02, 1.1])
    expect(told.levels.some(({ loss }) => Math.abs(loss.mean - target) <= 0.1 * (target - 1))).toBe(true)
  expect(told.levels.map(({ loss }) => loss.mean)).toEqual(told.levels.map(({ loss }) => loss.mean).sort())
  expect(told.levels.length).toBeLessThanOrEqual(6)
})

test('with neither doses nor losses each level is half as cold as the one before', () => {
  expect(run({ levels: 3 }).answer.levels.map(({ nbeta }) => nbeta)).toEqual([3000, 1500, 750])
})

test('the model’s own loss is measured where it is not given', () => {
  const { answer: told, stages } = run({ nbetas: [3000], from: undefined })
  expect(stages.some(({ name, use }) => name === 'original/loss' && use === 'loss')).toBe(true)
  expect(told.from).toBe(1)
})

test('one way to say what is wanted, and no other', () => {
  expect(() => run({ nbetas: [3000], losses: [1.1] })).toThrow('more than one of doses, nbetas and losses')
})

test('a wanted loss under the model’s own is refused, and one that is not reached is told of', () => {
  expect(() => run({ losses: [1.1, 0.9] })).toThrow("losses holds 0.9, which is not above the model's own 1.0000")
  const { answer: told } = run({ losses: [1.1] })
  const said = (answer: CurveAnswer): string =>
    JSON.stringify(kind.report!({ stage: 'curve', with: {}, outputs: { answer: ref('record', answer as never) } }))
  expect(said(told)).not.toContain('was not reached')
  expect(said({ ...told, wanted: [1.1, 90] })).toMatch(
    /the wanted loss 90\.000 was not reached: the nearest level has 1\.\d+/,
  )
})

test('checkpoints are not steered: there are those there are', () => {
  const degrade = { use: 'checkpoints', with: {}, inputs: { series: ref('checkpoints', 'a series') } }
  expect(() => run({ losses: [1.1] }, world, degrade)).toThrow('checkpoints cannot be steered to them')
})
