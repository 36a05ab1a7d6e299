import { describe, expect, it } from 'vitest'
import type { LineChart, ReportBlock } from '../../../../src/stage/report-block.ts'
import { answer, growOnce, ref, search, type World } from './synthetic.ts'

/** Accuracy 1 up to ΔL of about `edge`, then falling; facts melt at a quarter of that. */
const melting = (edge: number): World => ({
  accuracy: (nbeta) => 1 / (1 + Math.exp(12 * (60 / nbeta / edge - 1.25))),
  facts: (nbeta) => 1 / (1 + Math.exp(12 * (60 / nbeta / edge - 0.25))),
})
const text = (blocks: readonly ReportBlock[]): string =>
  blocks.flatMap((block) => (block.type === 'answer' ? [block.headline, ...block.lines] : [])).join('\n')

describe('coarsest', () => {
  const found = search(melting(0.3))

  it('finds the coarsest scale and puts it in plain words', () => {
    const { answer: told, blocks } = found
    expect(told.outcome).toBe('found')
    const held = told.levels.find(({ name }) => name === told.coarsest)
    const beyond = told.levels.find(({ name }) => name === told.beyond)
    expect(held?.metric?.low).toBeGreaterThanOrEqual(0.95)
    expect(beyond?.metric?.low).toBeLessThan(0.95)
    expect(text(blocks)).toMatch(
      /^accuracy >= 0\.95 holds up to loss 1\.\d+ nats\/token, \d+\.?\d* times the natural gap above the model/,
    )
    for (const part of [
      'melted    facts',
      'above the model',
      '× the natural gap',
      'nβ',
      '4 chains × 6 draws × 256',
      'facts',
      'sampler   healthy',
      'there the claim holds',
      'over at most 33 looks',
    ])
      expect(text(blocks)).toContain(part)
  })

  it('shares the error rate among the looks', () => {
    expect(found.answer).toMatchObject({
      looks: 33,
      confidence: 0.95,
      alpha: expect.closeTo(0.05 / 11 / 2, 12) as number,
    })
  })

  it('reads the level’s loss as the model’s own plus the draws’ excess on the same sequences', () => {
    for (const { nbeta, loss } of found.answer.levels) expect(loss?.mean).toBeCloseTo(1 + 60 / (nbeta ?? Infinity), 2)
  })

  it('starts each level from the nearest colder one', () => {
    const degrades = found.stages.filter(({ use }) => use === 'sgld')
    expect(degrades[0]?.inputs.warm).toBeUndefined()
    const seen: number[] = []
    for (const { with: params, inputs } of degrades) {
      const nbeta = params.nbeta as number
      const colder = seen.filter((other) => other > nbeta)
      const warm = inputs.warm
      expect(warm && 'value' in warm ? warm.value : undefined).toBe(
        colder.length === 0 ? undefined : Math.min(...colder),
      )
      seen.push(nbeta)
    }
  })

  it('names children by level, keeps the templates’ parameters, and measures the degraded model', () => {
    expect(found.stages.slice(0, 3).map(({ name }) => name)).toEqual([
      'original/measure',
      'original/beside-facts',
      'original/loss',
    ])
    const measure = found.stages.find(({ name }) => name === 'level-01/measure')
    expect(measure).toMatchObject({ use: 'ioi', with: { of: 'ioi' }, inputs: { model: { value: 3000 } } })
    expect(found.stages.find(({ name }) => name === 'level-01/degrade')?.with).toEqual({ of: 'sgld', nbeta: 3000 })
  })

  it('draws loss against the metrics with their intervals, the threshold, the model and L*', () => {
    const chart = found.blocks.find((block): block is LineChart => block.type === 'line-chart')
    expect(chart?.series.map(({ name }) => name)).toEqual(['accuracy', 'facts'])
    for (const { points } of chart?.series ?? []) {
      expect(points).toHaveLength(found.answer.levels.length + 1)
      for (const { y, low, high } of points)
        expect([low, y, high]).toEqual([low, y, high].sort((a, b) => (a ?? 0) - (b ?? 0)))
    }
    expect(chart?.marks?.map(({ at }) => at)).toEqual(expect.arrayContaining([0.95, 1, 1.03]))
  })

  it('shows the levels live, coldest first, the running one without a metric', () => {
    for (const view of found.views) {
      const rows = view.levels.filter(({ name }) => name !== 'original')
      const doses = rows.map(({ dose }) => Number(dose.replace('nβ ', '')))
      expect(doses).toEqual([...doses].sort((a, b) => b - a))
      for (const row of rows) expect(row.metric === undefined).toBe(row.status === 'running')
    }
    expect(found.views.at(-1)?.doing).toBe('done')
    expect(found.views.some(({ doing }) => doing.startsWith('degrading level-02 to nβ'))).toBe(true)
  })

  it('is a replay: any order of finishing and any restart gives the same stages and answer', () => {
    const results: Record<string, ReturnType<typeof answer>> = {}
    for (let round = 0; round < 100; round++) {
      const growth = growOnce(structuredClone(results))
      if (growth.outputs) {
        expect(growth.outputs).toEqual(found.growth.outputs)
        return
      }
      for (const child of growth.stages.filter(({ name }) => results[name] === undefined).reverse())
        results[child.name] = answer(child, melting(0.3))
    }
    throw new Error('the search does not end')
  })
})

describe('coarsest, other ends', () => {
  it('is absent at the original where the model itself fails, and degrades nothing', () => {
    const { answer: told, stages, blocks } = search({ accuracy: () => 0.6 })
    expect(told.outcome).toBe('absent')
    expect(stages.some(({ use }) => use === 'sgld')).toBe(false)
    expect(text(blocks)).toContain('does not hold at the model itself')
  })

  it('is not decided where the model itself straddles the threshold', () => {
    const { answer: told, blocks } = search({ accuracy: () => 0.955 })
    expect(told.outcome).toBe('undecided')
    expect(text(blocks)).toContain('at the model itself the interval straddles 0.95')
  })

  it('holds to the end of the range', () => {
    const { answer: told, blocks } = search({ accuracy: () => 1 }, { maximum: 8 })
    expect(told.outcome).toBe('to-the-end')
    expect(text(blocks)).toContain('holds at every level tried')
    expect(text(blocks)).toContain('the end of the range was reached; it may hold further')
  })

  it('fails at every level tried', () => {
    const { answer: told, blocks, growth } = search({ accuracy: (nbeta) => (nbeta === Infinity ? 1 : 0.5) })
    expect(told).toMatchObject({ outcome: 'finer-only', natural: { status: 'failed' } })
    expect(told.coarsest).toBeUndefined()
    expect(growth.outputs?.multiple).toEqual({ value: 0 })
    expect(text(blocks)).toContain('at the model itself and at no level tried')
  })

  it('cannot hold a level whose sampler is broken, and does not measure there', () => {
    const { answer: told, stages } = search({
      accuracy: () => 1,
      verdict: (nbeta) => (nbeta < 1000 ? 'broken' : 'healthy'),
    })
    expect(told.outcome).toBe('found')
    const broken = told.levels.filter(({ status }) => status === 'unhealthy')
    expect(broken.length).toBeGreaterThan(0)
    for (const { name } of broken) expect(stages.some((stage) => stage.name === `${name}/measure`)).toBe(false)
    const all = search({ accuracy: () => 1, verdict: () => 'broken' })
    expect(all.answer.outcome).toBe('unhealthy')
    expect(text(all.blocks)).toContain('the sampler was not healthy')
  })

  it('says so when a claim holds again beyond', () => {
    const world: World = { accuracy: (nbeta) => (60 / nbeta > 0.1 && 60 / nbeta < 0.15 ? 0.5 : 1) }
    const { answer: told } = search(world)
    const beyond = told.levels.findIndex(({ name }) => name === told.beyond)
    expect(told.reentrant).toEqual(
      told.levels
        .slice(beyond + 1)
        .filter(({ status }) => status === 'held')
        .map(({ name }) => name),
    )
  })

  it('judges claims from above too', () => {
    const { answer: told } = search(
      { accuracy: (nbeta) => Math.min(0.9, 2 / Math.sqrt(nbeta)) },
      { keep: 'accuracy <= 0.2' },
    )
    expect(told.outcome).toBe('found')
    expect(told.levels.find(({ name }) => name === told.coarsest)?.metric?.high).toBeLessThanOrEqual(0.2)
  })

  it('takes the model’s loss when it is given', () => {
    const { stages, answer: told } = search({ accuracy: () => 1 }, { from: 1.01, maxLevels: 2 })
    expect(stages.some(({ name }) => name === 'original/loss')).toBe(false)
    expect(told.natural.gap).toBeCloseTo(0.02, 12)
  })

  it('says where the natural scale lies above a uniform guess', () => {
    const low = search(melting(0.3), { until: 1.03 })
    expect(text(low.blocks)).not.toContain('uniform guess')
    const far = search({ ...melting(0.3), uniform: 1.02 }, { until: 1.03 })
    expect(far.answer.natural.guess).toBe(1.02)
    expect(text(far.blocks)).toContain('above the 1.020 of a uniform guess, where nothing of the model need be left')
  })

  it('names what losses are of as the degradation does', () => {
    const found = search({ ...melting(0.3), unit: 'nats' })
    expect(text(found.blocks)).toMatch(/holds up to loss 1\.\d+ nats, /)
    expect(JSON.stringify([found.blocks, found.views])).not.toContain('nats/token')
    expect(found.views.at(-1)?.lossUnit).toBe('nats')
  })

  it('refuses a natural scale that is not above the model', () => {
    expect(() => search({ accuracy: () => 1 }, { until: 0.9 })).toThrow('which is not above the model')
  })

  it('has bounds that widen with confidence', () => {
    const low = (confidence: number): number =>
      search({ accuracy: () => 0.98 }, { confidence, maxLevels: 1 }).answer.original.metric?.low ?? 0
    expect(low(0.99)).toBeLessThan(low(0.8))
  })
})

it('ref gives equal values equal digests', () => {
  expect(ref('number', 1).digest).toBe(ref('number', 1).digest)
})
