import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../../src/base/json.ts'
import { coarsest } from '../../../../src/lab/searches/coarsest/coarsest.ts'
import type { Path, PhenomenonAnswer } from '../../../../src/lab/searches/phenomenon/answer.ts'
import { phenomenonReport } from '../../../../src/lab/searches/phenomenon/report.ts'
import { phenomenon } from '../../../../src/lab/searches/phenomenon/phenomenon.ts'
import type { LineChart, ReportBlock } from '../../../../src/stage/report-block.ts'
import type { SearchView } from '../../../../src/stage/search-view.ts'
import type { ChildResult, ChildStage, Growth, GrowingKind } from '../../../../src/stage/stage-kind.ts'
import { answer, params, ref, templates, type World } from '../coarsest/synthetic.ts'

const kind = phenomenon as GrowingKind
/** ΔL = 60/nβ; accuracy falls about `edge` nats above the model, facts where `facts` says. */
const world = (edge: number, facts: number): World => ({
  accuracy: (nbeta) => (nbeta === Infinity ? 1 : 0.5 + 0.5 / (1 + Math.exp(12 * (60 / nbeta / edge - 1.25)))),
  facts: (nbeta) => 1 / (1 + Math.exp(12 * (60 / nbeta / facts - 1))),
})
const inWorlds: Readonly<Record<string, World>> = { early: world(0.4, 0.1), late: world(0.4, 1.6) }
const nothing: World = { accuracy: () => 0.5, facts: () => 0.02 }

/** A path is a search of its own, replayed to its end in the world of its name. */
function path(child: ChildStage, given: World): ChildResult {
  const results: Record<string, ChildResult> = {}
  for (let round = 0; round < 300; round++) {
    const growth: Growth = (coarsest as GrowingKind).grow({
      with: child.with,
      inputs: child.inputs,
      templates: child.templates ?? {},
      results: { ...results },
      stage: child.name,
    })
    if (growth.outputs !== undefined) return { outputs: artifacts(growth.outputs) }
    for (const stage of growth.stages)
      results[stage.name] ??= answer({ ...stage, name: `${child.name}/${stage.name}` }, given)
  }
  throw new Error('the path does not end')
}

const artifacts = (outputs: NonNullable<Growth['outputs']>): ChildResult['outputs'] =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, one]) => [name, 'digest' in one ? one : ref('record', one.value)]),
  )

interface Ran {
  readonly answer: PhenomenonAnswer
  readonly stages: readonly ChildStage[]
  readonly views: readonly SearchView[]
  readonly blocks: readonly ReportBlock[]
}

function run(more: JsonObject = {}, { baseline = true, explained = false, worlds = inWorlds } = {}): Ran {
  const results: Record<string, ChildResult> = {}
  const views: SearchView[] = []
  const given = { ...params, maxLevels: 14, past: 2, melted: 0.5, ...more }
  for (let round = 0; round < 50; round++) {
    const growth = kind.grow({
      with: given,
      inputs: { model: ref('model', 'the model'), ...(baseline ? { baseline: ref('model', 'nothing') } : {}) },
      templates: {
        measure: templates.measure,
        confounders: templates.beside,
        degradations: Object.fromEntries(Object.keys(worlds).map((name) => [name, templates.degrade])),
        ...(explained ? { explained: { use: 'recall', with: {}, inputs: {} } } : {}),
      },
      results: { ...results },
      stage: 'phenomenon',
    })
    if (growth.view) views.push(growth.view)
    if (growth.outputs) {
      const told = growth.outputs['answer'] as { value: Json }
      const blocks =
        kind.report?.({ stage: 'phenomenon', with: given, outputs: { answer: ref('record', told.value) } }) ?? []
      return { answer: told.value as unknown as PhenomenonAnswer, stages: growth.stages, views, blocks }
    }
    const open = growth.stages.filter(({ name }) => results[name] === undefined)
    if (open.length === 0) throw new Error('it asks for nothing and gives no answer')
    for (const child of open)
      results[child.name] =
        child.use === 'coarsest'
          ? path(child, worlds[child.name]!)
          : answer(child, child.name.startsWith('baseline') ? nothing : world(0.4, 0.4))
  }
  throw new Error('the phenomenon does not end')
}

describe('phenomenon', () => {
  const ran = run()
  const text = ran.blocks
    .flatMap((block) => (block.type === 'answer' ? [block.headline, ...block.lines] : []))
    .join('\n')

  it('makes a search of each degradation, with the claim, the confounders and its part of the error rate', () => {
    const paths = ran.stages.filter(({ use }) => use === 'coarsest')
    expect(paths.map(({ name }) => name)).toEqual(['early', 'late'])
    expect(paths[0]).toMatchObject({
      with: { keep: 'accuracy >= 0.95', confidence: 0.975 },
      templates: { beside: { facts: { use: 'recall' } } },
    })
    expect(paths[0]?.with).not.toHaveProperty('melted')
  })

  it('says under each what melts first: facts early in one world, late in the other', () => {
    const order = Object.fromEntries(ran.answer.paths.map(({ name, courses }) => [name, courses.map(({ of }) => of)]))
    expect(order).toEqual({ early: ['facts', 'claim'], late: ['claim', 'facts'] })
    expect(text).toContain('early melts facts before accuracy')
    expect(text).toContain('late melts accuracy before facts')
  })

  it('finds melting points where the worlds put them, inside their intervals', () => {
    // Half of what was above the baseline: facts at its own edge, accuracy (0.5 at the baseline) at 1.25 × 0.4.
    const of = (path: number, course: string) => ran.answer.paths[path]?.courses.find((one) => one.of === course)
    expect(of(0, 'claim')?.meltedAt).toBeCloseTo(0.75, 1)
    const late = of(1, 'facts')?.melting
    expect(late?.above ?? late?.beyond).toBeGreaterThan(of(1, 'claim')?.melting.above ?? Infinity)
    const early = of(0, 'facts')?.melting
    expect(early?.low).toBeLessThanOrEqual(early?.above ?? 0)
    expect(early?.high).toBeGreaterThanOrEqual(early?.above ?? Infinity)
  })

  it('tells which degradation leaves least of the confounder where the claim still holds', () => {
    expect(text).toMatch(/purest: early leaves -?\d.* of facts, less than any other where the claim holds/)
  })

  it('calls none the purest where a path farther off by its mean is known too badly to be told apart', () => {
    const [early, late] = ran.answer.paths as [Path, Path]
    const wide = {
      ...late,
      name: 'wide',
      courses: late.courses.map((course) =>
        course.of === 'facts' ? { ...course, left: { mean: 5, low: -5, high: 15 } } : course,
      ),
    }
    const [block] = phenomenonReport({ ...ran.answer, paths: [early, late, wide] })
    const said = block?.type === 'answer' ? block.lines.join('\n') : ''
    expect(said).toMatch(/purest: not decided; early leaves .*, wide 500\.0 %/)
    expect(said).not.toContain('less than any other')
  })

  it('compares all paths at the loss of each coarsest scale and at L*', () => {
    const { equalLoss, paths } = ran.answer
    expect(equalLoss.map(({ what }) => what).sort()).toEqual(['coarsest of early', 'coarsest of late', 'natural scale'])
    const at = equalLoss.find(({ what }) => what === 'coarsest of early')
    expect(at?.at['early']?.['claim']?.mean).toBeCloseTo(paths[0]?.coarsest?.metric?.mean ?? 0, 12)
    expect(at?.at['early']?.['facts']?.mean).toBeLessThan(at?.at['late']?.['facts']?.mean ?? 0)
  })

  it('shows a verdict table and a figure for each metric, a series for each path', () => {
    const table = ran.blocks.find((block) => block.type === 'table' && block.title === 'Verdicts')
    expect(table).toMatchObject({
      rows: [
        ['early', 'found', ...[1, 2, 3, 4, 5, 6].map(() => expect.any(String) as string)],
        ['late', 'found', ...[1, 2, 3, 4, 5, 6].map(() => expect.any(String) as string)],
      ],
    })
    const charts = ran.blocks.filter((block): block is LineChart => block.type === 'line-chart')
    expect(charts.map(({ title }) => title.split(' ')[0])).toEqual(['accuracy', 'facts'])
    for (const { series } of charts) expect(series.map(({ name }) => name)).toEqual(['early', 'late'])
  })

  it('shows each path live, under way and then with its verdict', () => {
    expect(ran.views[0]?.levels.map(({ status }) => status)).toEqual(['running', 'running'])
    expect(ran.views.at(-1)).toMatchObject({
      doing: 'done',
      levels: [
        { name: 'early', status: 'held' },
        { name: 'late', status: 'held' },
      ],
    })
  })

  it('counts from zero without a baseline, and explains nothing', () => {
    const { answer: told } = run({}, { baseline: false })
    expect(told.baseline).toBeUndefined()
    expect(told.paths[0]?.explained).toBeUndefined()
    // Half of 1 is what a coin would get: this world never comes below it.
    expect(told.paths[0]?.courses.find(({ of }) => of === 'claim')?.meltedAt).toBeCloseTo(0.5, 6)
  })

  it('measures an explanation at the model and at each coarsest scale', () => {
    const { stages, answer: told, blocks } = run({}, { explained: true })
    expect(stages.filter(({ name }) => name.startsWith('explained/')).map(({ name }) => name)).toEqual([
      'explained/original',
      'explained/early',
      'explained/late',
    ])
    expect(told.explanation.map(({ at }) => at)).toEqual(['original', 'early', 'late'])
    expect(
      blocks.some((block) => block.type === 'table' && block.title.startsWith('What the explanation is worth')),
    ).toBe(true)
  })

  it('sets no order with what the model itself has no more of than a model that knows nothing', () => {
    const empty = { early: { ...world(0.4, 0.1), facts: () => 0.02 }, late: world(0.4, 1.6) }
    const { answer: told, blocks } = run({}, { worlds: empty })
    const facts = told.paths[0]?.courses.find(({ of }) => of === 'facts')
    expect(facts).toMatchObject({ isNothing: true })
    expect(facts).not.toHaveProperty('left')
    const said = JSON.stringify(blocks)
    expect(said).toContain('facts has nothing to melt')
    expect(said).not.toMatch(/early melts/)
    expect(said).not.toContain('NaN')
  })

  it('says how far a path goes that never comes to the loss where the others end', () => {
    // So mild that its roughest dose is hardly above the model.
    const { answer: told, blocks } = run(
      {},
      { worlds: { early: { ...world(0.4, 0.1), accuracy: () => 0.99, lambda: 1e-15 }, late: world(0.4, 1.6) } },
    )
    expect(told.paths[0]).toMatchObject({ outcome: 'to-the-end' })
    const at = told.equalLoss.find(({ what }) => what === 'coarsest of late')
    expect(Object.keys(at?.at ?? {})).toEqual(['late'])
    expect(JSON.stringify(blocks)).toMatch(/holds to the end of the range/)
  })

  it('is absent where the model itself fails', () => {
    const { answer: told, blocks } = run({ keep: 'accuracy >= 0.9999' })
    expect(told.paths.map(({ outcome }) => outcome)).not.toContain('found')
    expect(blocks[0]).toMatchObject({ type: 'answer', tone: expect.stringMatching(/open|bad/) as string })
    expect(JSON.stringify(blocks)).not.toMatch(/NaN|Infinity|undefined/)
  })
})
