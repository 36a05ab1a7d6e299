import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../../src/lab/searches/coarsest/answer.ts'
import { reportOf } from '../../../../src/lab/searches/coarsest/report.ts'
import { answer, growOnce, ref, search } from './synthetic.ts'
import type { ChildResult, ChildStage } from '../../../../src/stage/stage-kind.ts'

/** Near the threshold from the first level on. */
const near = (accuracy: number) => ({ accuracy: (nbeta: number) => (nbeta === Infinity ? 1 : accuracy) })
const namesOf = (stages: readonly ChildStage[], level: string): string[] =>
  stages.flatMap(({ name }) => (name.startsWith(`${level}/`) ? [name.slice(level.length + 1)] : []))

describe('a level that is not decided', () => {
  it('is given as many draws again, or prompts where most of the error is theirs, until it is', () => {
    const { answer: told, stages } = search(near(0.958), { maxLevels: 1, rounds: 8 })
    const [level] = told.levels
    expect(level?.status).toBe('held')
    expect(level?.looks).toBeGreaterThan(1)
    expect(namesOf(stages, 'level-01').length).toBeGreaterThan(3)
    expect((level?.metric?.items ?? 0) * (level?.metric?.chains ?? 0)).toBeGreaterThan(256 * 4)
  })

  it('is looked at once where the first look decides', () => {
    const { answer: told, stages } = search(near(1), { maxLevels: 1 })
    expect(told.levels[0]?.looks).toBe(1)
    expect(namesOf(stages, 'level-01')).toEqual(['degrade', 'measure', 'beside-facts'])
  })

  it('ends with the budget, and says what would decide', () => {
    const { answer: told, blocks } = search(near(0.951), { maxLevels: 1, rounds: 2 })
    const [level] = told.levels
    expect(level).toMatchObject({ status: 'undecided', looks: 2 })
    expect(level?.wouldDecide?.by).toMatch(/items|draws/)
    const text = blocks.flatMap((block) => (block.type === 'answer' ? block.lines : [])).join('\n')
    expect(text).toMatch(/undecided at level-01, after 2 looks: /)
  })

  it('is given draws where there are so few that nobody knows how much they differ', () => {
    const { stages, answer: told } = search({ ...near(0.97), shape: [2, 1] }, { maxLevels: 1, rounds: 3 })
    const [level] = told.levels
    expect(namesOf(stages, 'level-01')).toContain('more-2/degrade')
    expect(namesOf(stages, 'level-01')).not.toContain('measure-2')
    expect(level?.metric).toMatchObject({ items: 256, chains: 8 })
  })

  it('of the model itself asks for prompts only', () => {
    const { stages, answer: told } = search({ accuracy: () => 0.962 }, { rounds: 6 })
    expect(namesOf(stages, 'original').filter((name) => name.startsWith('measure')).length).toBeGreaterThan(1)
    expect(namesOf(stages, 'original').some((name) => name.includes('more'))).toBe(false)
    expect(told.original.looks).toBeGreaterThan(1)
  })
})

/** Runs the search where `fixed` gives the same bytes whatever its seed. */
function deterministic(fixed: { readonly degrade?: boolean; readonly measure?: boolean }): {
  told: Answer
  names: string[]
} {
  const results: Record<string, ChildResult> = {}
  for (let round = 0; round < 200; round++) {
    const growth = growOnce(results, { maxLevels: 1, rounds: 5 })
    const told = growth.outputs?.['answer']
    if (told !== undefined && 'value' in told)
      return { told: told.value as unknown as Answer, names: namesOf(growth.stages, 'level-01') }
    for (const child of growth.stages) {
      if (results[child.name] !== undefined) continue
      const isMeasure = child.use === 'ioi'
      const plain = child.name.replace(/\/more-\d+/, '').replace(/(measure)-\d+$/, '$1')
      const same = isMeasure ? fixed.measure === true : fixed.degrade === true
      const made = answer(same ? { ...child, name: plain } : child, near(0.955))
      const model = same && !isMeasure ? { model: ref('ensemble', child.with['nbeta'] ?? 0) } : {}
      results[child.name] = { outputs: { ...made.outputs, ...model } }
    }
  }
  throw new Error('the search does not end')
}

describe('what draws nothing at random', () => {
  it('is asked a second time and then no more: an experiment', () => {
    const { told, names } = deterministic({ measure: true, degrade: true })
    expect(told.levels[0]).toMatchObject({ status: 'undecided', wouldDecide: { by: 'nothing' } })
    // Counted once, though asked more than once.
    expect(told.levels[0]?.metric).toMatchObject({ items: 256, chains: 4, draws: 6 })
    expect(names.length).toBeLessThan(9)
  })

  it('leaves the other to be asked: with a fixed degradation, more prompts', () => {
    const { told } = deterministic({ degrade: true })
    expect(told.levels[0]?.metric?.chains).toBe(4)
    expect(told.levels[0]?.metric?.items).toBeGreaterThan(256)
  })

  it('leaves the other to be asked: with a fixed experiment, more draws', () => {
    const { told } = deterministic({ measure: true })
    expect(told.levels[0]?.metric?.items).toBe(256)
    expect(told.levels[0]?.metric?.chains).toBeGreaterThan(4)
  })
})

describe('a metric that cannot be judged', () => {
  it('is refused where it is no number', () => {
    const results: Record<string, ChildResult> = {
      'original/measure': {
        outputs: {
          metrics: ref('metrics', { metrics: { accuracy: { unit: 'proportion', values: [[null]], items: 8 } } }),
        },
      },
    }
    expect(() => growOnce(results)).toThrow(/accuracy has values that are no finite numbers/)
  })

  it('is reported where it is the same everywhere', () => {
    const { answer: told, blocks } = search({ accuracy: () => 1, facts: () => 1 }, { maximum: 8 })
    expect(told).toMatchObject({ outcome: 'to-the-end', constant: true })
    expect(blocks[0]).toMatchObject({
      lines: expect.arrayContaining([
        expect.stringContaining('is the same at the model and at every level'),
      ]) as string[],
    })
  })

  it('is taken as it is where it has no error, and that is said', () => {
    const results: Record<string, ChildResult> = {}
    const one = { unit: 'dimensionless', values: [[0.97]], items: 1 }
    for (let round = 0; round < 50; round++) {
      const growth = growOnce(results, { maxLevels: 1, keep: 'score >= 0.95' })
      const told = growth.outputs?.['answer']
      if (told !== undefined && 'value' in told) {
        expect((told.value as unknown as Answer).levels[0]).toMatchObject({
          status: 'held',
          looks: 1,
          metric: { low: 0.97, high: 0.97 },
        })
        const [block] = reportOf(told.value as unknown as Answer)
        expect(JSON.stringify(block)).toContain('from 1 items, of which no error is known')
        return
      }
      for (const child of growth.stages)
        results[child.name] ??=
          child.use === 'ioi'
            ? { outputs: { metrics: ref('metrics', { metrics: { score: one } }) } }
            : answer(child, near(1))
    }
    throw new Error('the search does not end')
  })

  it('is not constant where it moves', () => {
    expect(search(near(0.5)).answer.constant).toBe(false)
  })
})
