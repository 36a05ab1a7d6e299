import { describe, expect, it } from 'vitest'
import { coarsest } from '../../../../src/lab/searches/coarsest/coarsest.ts'
import type { Answer } from '../../../../src/lab/searches/coarsest/answer.ts'
import { everyDose } from '../../../../src/lab/searches/coarsest/every-dose.ts'
import { doses } from '../../../../src/lab/degradations/doses.ts'
import type { ReportBlock } from '../../../../src/stage/report-block.ts'
import type { ChildResult, ChildStage, GrowingKind, Template } from '../../../../src/stage/stage-kind.ts'
import { params, ref, templates } from './synthetic.ts'

const template = (use: string, inputs: Template['inputs'] = {}): Template => ({ use, with: {}, inputs })
const kind = coarsest as GrowingKind

/** Loss and accuracy of a model at a dose of its own parameter; `undefined` is the model itself. */
interface Course {
  loss(dose: number): number
  accuracy(dose: number | undefined): number
}

function played(degrade: Template, course: Course, more: object = {}) {
  const results: Record<string, ChildResult> = {}
  const metrics = (values: number[][]): ChildResult['outputs'] => ({
    metrics: ref('metrics', { metrics: { accuracy: { unit: 'proportion', values, items: 2000 } } }),
  })
  const answers = ({ use, with: given, inputs }: ChildStage): ChildResult['outputs'] => {
    const dose = Object.values(given).find((value) => typeof value === 'number')
    const model = inputs['model']
    const at = model !== undefined && 'value' in model && typeof model.value === 'number' ? model.value : undefined
    if (use === 'checkpoint-steps') return { listed: ref('record', { doses: [0, 1, 10, 100, 1000] }) }
    if (use === 'data-size') return { uniform: ref('number', 6) }
    if (use === 'ioi') return metrics([[course.accuracy(at)]])
    if (use === 'recall') return metrics([[1]])
    const excess = { unit: 'nats/token', values: [[course.loss(dose ?? 0) - 1]], items: 9 }
    return { model: ref('ensemble', dose ?? 0), loss: ref('metrics', { metrics: { excess } }) }
  }
  for (let round = 0; round < 400; round++) {
    const growth = kind.grow({
      with: { ...params, from: 1, rounds: 1, ...more },
      inputs: { model: ref('model', 'the model') },
      templates: { ...templates, degrade },
      results: { ...results },
      stage: 'x',
    })
    const told = growth.outputs?.['answer']
    if (told !== undefined && 'value' in told) {
      const blocks: readonly ReportBlock[] =
        kind.report?.({ stage: 'x', with: {}, outputs: { answer: ref('record', told.value) } }) ?? []
      return {
        answer: told.value as unknown as Answer,
        stages: growth.stages,
        rounds: round,
        text: JSON.stringify(blocks[0]),
      }
    }
    for (const child of growth.stages) results[child.name] ??= { outputs: answers(child) }
  }
  throw new Error('the search does not end')
}

describe('doses that are few', () => {
  const falls: Course = { loss: (bits) => 1 + 4 / 2 ** bits, accuracy: (bits) => ((bits ?? 99) > 5 ? 0.99 : 0.5) }

  it('are all measured at once, and nothing is bisected', () => {
    const { answer, rounds, stages } = played(template('quantize'), falls)
    expect(stages.filter(({ use }) => use === 'quantize')).toHaveLength(15)
    expect(rounds).toBeLessThanOrEqual(3)
    expect(answer).toMatchObject({ exhaustive: true, outcome: 'found', reentrant: [], looks: 16 })
    expect(answer.levels.find(({ name }) => name === answer.coarsest)?.dose).toBe('6 bits')
  })

  it('show where a claim is lost and comes back', () => {
    const { answer, text } = played(template('quantize'), {
      ...falls,
      accuracy: (bits) => (bits === 7 ? 0.5 : falls.accuracy(bits)),
    })
    expect(answer.levels.find(({ name }) => name === answer.coarsest)?.dose).toBe('8 bits')
    expect(answer.reentrant.map((name) => answer.levels.find((level) => level.name === name)?.dose)).toEqual(['6 bits'])
    expect(text).toContain('re-enters it fails and then holds again, at 6 bits')
  })

  it('are bisected after all where the pipeline says so', () => {
    const { answer, stages } = played(template('quantize'), falls, { exhaustive: false })
    expect(answer.exhaustive).toBe(false)
    expect(stages.filter(({ use }) => use === 'quantize').length).toBeLessThan(15)
  })
})

describe('checkpoints', () => {
  const series = template('checkpoints', { series: ref('checkpoints', 'series') })
  // Not monotone: the loss is lowest at 100, and the claim holds there and at the end only.
  const training: Course = {
    loss: (step) => ({ 0: 5, 1: 4, 10: 2, 100: 0.9, 1000: 1 })[step] ?? 1,
    accuracy: (step) => ([undefined, 1000, 10].includes(step) ? 0.99 : 0.4),
  }

  it('are listed by a stage and then all measured, the last first', () => {
    const { answer, stages } = played(series, training)
    expect(stages[0]).toMatchObject({ name: 'doses', use: 'checkpoint-steps', inputs: { series: { value: 'series' } } })
    expect(answer.levels.map(({ dose }) => dose)).toEqual(['step 1000', 'step 100', 'step 10', 'step 1', 'step 0'])
    expect(answer.levels.map(({ status }) => status)).toEqual(['held', 'failed', 'held', 'failed', 'failed'])
    expect(answer.levels.map(({ loss }) => loss?.mean)).toEqual(
      [1, 0.9, 2, 4, 5].map((value) => expect.closeTo(value, 12) as number),
    )
    expect(answer.reentrant).toEqual(['level-03'])
  })

  it('are never bisected, whatever the pipeline says', () => {
    expect(played(series, training, { exhaustive: false }).answer.exhaustive).toBe(true)
  })
})

describe('every dose', () => {
  const of = (use: string, choice: object) =>
    everyDose({ dose: doses[use]!, degrade: template(use) }, { maxLevels: 4, ...choice }, {})
  it('is those given, coldest first and each once', () => {
    expect(of('noise', { doses: [0.2, 0.1, 0.2] })?.all?.map((c) => doses['noise']?.value(c))).toEqual([0.1, 0.2])
  })
  it('is a ladder of quarters where there is a continuum', () => {
    expect(of('sgld', { exhaustive: true })?.all).toEqual([3000, 750, 188, 46.9])
    expect(of('sgld', {})).toBeUndefined()
  })
})

describe('a list of degradations', () => {
  const chain: Template = {
    ...template('checkpoints', { series: ref('checkpoints', 'series') }),
    with: { at: 100 },
    then: [template('noise', { measured: ref('dataset', 'text') })],
  }
  const course: Course = {
    loss: (dose) => (dose === 100 ? 1.4 : 1.4 + 40 * dose ** 2),
    accuracy: (scale) => ((scale ?? 0) < 0.2 || scale === 100 ? 0.99 : 0.5),
  }

  it('is applied in order: the first once for all levels, the last turned', () => {
    const { stages, answer } = played(chain, course, { until: 2 })
    const first = stages.filter(({ use }) => use === 'checkpoints')
    expect(first.map(({ name }) => name)).toContain('before/step-1')
    expect(new Set(first.map(({ name }) => name)).size).toBe(1)
    const noisy = stages.filter(({ use }) => use === 'noise')
    expect(noisy.length).toBeGreaterThan(2)
    for (const { inputs, with: given } of noisy) {
      expect(inputs).toMatchObject({ model: { value: 100 }, original: { value: 'the model' } })
      expect(given['scale']).toBeTypeOf('number')
    }
    expect(answer.outcome).toBe('found')
  })

  it('may have another one turned, and the rest applied to what it gives', () => {
    const both: Template = {
      ...template('noise', { measured: ref('dataset', 'text') }),
      then: [{ ...template('quantize', { measured: ref('dataset', 'text') }), with: { bits: 8 } }],
    }
    const { stages } = played(
      both,
      { loss: (dose) => 1 + dose, accuracy: (dose) => ((dose ?? 0) === 8 || dose === undefined ? 0.99 : 0.5) },
      { turn: 1, maxLevels: 2 },
    )
    expect(
      stages.some(
        ({ name, use, with: given }) => name === 'level-01/then-2' && use === 'quantize' && given['bits'] === 8,
      ),
    ).toBe(true)
    expect(stages.some(({ name, use }) => name === 'level-01/degrade' && use === 'noise')).toBe(true)
    expect(() => played(both, course, { turn: 3 })).toThrow('turn is 3, but there are only 2')
  })
})
