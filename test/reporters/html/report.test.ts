import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../../src/orchestrator/event.ts'
import { renderReport } from '../../../src/reporters/html/report.ts'
import { cancelledRun } from '../fixtures/cancelled-run.ts'
import { stateAfter, upTo } from '../fixtures/event-log.ts'
import { failedRun } from '../fixtures/failed-run.ts'
import { all, parseMarkup, textOf, words, withClass, type Element } from '../fixtures/markup.ts'
import { quickstartRun } from '../fixtures/quickstart-run.ts'

const pipelineText = 'assay: 1\nname: quickstart # <first> & "last"\n'
const page = (events: readonly RunEvent[]): string =>
  renderReport(stateAfter(events), { pipelineText, plan: { description: 'How far?' } })
const body = (events: readonly RunEvent[]): Element => all(parseMarkup(page(events)), 'main')[0]!
const headings = (root: Element): string[] => all(root, 'h2').map(words)
const cells = (table: Element): string[][] =>
  all(table, 'tr')
    .slice(1)
    .map((row) => all(row, 'td').map(words))

describe('a finished run', () => {
  const main = body(quickstartRun)

  test('begins with the answer, then the search, what led to it, and where it came from', () => {
    expect(headings(main)).toEqual([
      'IOI holds up to a loss of 0.603 nats per token, 8.2 times the natural gap.',
      'ioi coarsest',
      'natural natural-scale',
      'Run it again',
      'Stages',
      'Environment',
      'Pipeline pipelines/quickstart.yaml',
    ])
    expect(withClass(main, 'answer')[0]!.attributes['class']).toBe('answer good')
  })

  test('lists every level of the search', () => {
    const table = all(main, 'table').find((one) => words(one).startsWith('level'))!
    expect(cells(table)).toHaveLength(8)
    expect(cells(table)[4]).toEqual([
      'level-05',
      'nβ 3000',
      '0.603 ± 0.003',
      '8.2',
      '0.975',
      '[0.957, 0.988]',
      '0.818',
      '[0.770, 0.860]',
      'held',
    ])
  })

  test('gives the numbers behind the chart', () => {
    const numbers = all(withClass(main, 'chart')[0]!, 'table')[0]!
    expect(all(numbers, 'th').map(words)).toEqual([
      'series',
      'point',
      'loss, nats per token',
      'accuracy',
      'low',
      'high',
    ])
    expect(cells(numbers)).toHaveLength(16)
    expect(cells(numbers)[4]).toEqual(['ioi accuracy', 'nβ 3000', '0.6031', '97.5 %', '95.7 %', '98.8 %'])
  })

  test('lists stages with parameters and seed, grown ones folded', () => {
    const stages = all(main, 'table').filter((one) => words(one).startsWith('stage kind'))
    expect(cells(stages[0]!)[4]).toEqual([
      'ioi',
      'coarsest',
      'finished',
      '34 s',
      'keep accuracy >= 0.95 · confidence 0.95 · maxLevels 12 · seed 1f2e3d4c5b6a7988',
    ])
    expect(cells(stages[1]!)).toHaveLength(56)
  })

  test('says how to run it again, and with what it ran', () => {
    expect(all(main, 'pre').map(textOf)).toEqual([
      'git checkout 0123456789abcdef0123456789abcdef01234567\nnpm ci\nnpx assay run pipelines/quickstart.yaml',
      pipelineText,
    ])
    expect(words(all(main, 'dl')[0]!)).toContain('onnxruntime 1.30.0')
  })

  test('is one file that needs nothing else', () => {
    const text = page(quickstartRun)
    expect(text).not.toMatch(/<script|<link|<img|@import|url\(|src=|href=/)
    expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toContain('http')
  })

  test('is the same bytes for equal input', () => {
    expect(page(JSON.parse(JSON.stringify(quickstartRun)) as RunEvent[])).toBe(page(quickstartRun))
  })
})

test('everything a user wrote is escaped', () => {
  const evil = '<script>alert("x")</script>&\''
  const text = JSON.stringify(quickstartRun)
    .replaceAll('level-05', JSON.stringify(evil).slice(1, -1))
    .replaceAll('"ioi accuracy"', JSON.stringify(evil))
    .replaceAll('"quickstart"', JSON.stringify(evil))
    .replaceAll('nβ 1500', JSON.stringify(evil).slice(1, -1))
    .replaceAll('Facts melt before the algorithm', JSON.stringify(evil).slice(1, -1))
  const report = renderReport(stateAfter(JSON.parse(text) as RunEvent[]), {
    pipelineText: evil,
    plan: { description: evil },
  })
  expect(report).not.toContain('<script')
  expect(textOf(parseMarkup(report)).split(evil).length).toBeGreaterThan(8)
})

test('a failed run says first what failed and what to do', () => {
  const main = body(failedRun)
  const [card] = withClass(main, 'answer')
  expect(card!.attributes['class']).toBe('answer bad')
  expect(words(card!)).toMatch(/^subject failed models\/tiny\/model\.safetensors is cut short.*Copy the file again\./)
  expect(words(main)).toContain('skipped: subject failed')
  expect(words(main)).not.toContain('readSafetensors')
})

test.each([
  ['cancelled', cancelledRun, 'This run was cancelled'],
  ['unfinished', upTo(quickstartRun, 15), 'This run has not finished'],
] as const)('a run that was %s says so, and draws the levels it has', (_, events, notice) => {
  const main = body(events)
  expect(words(withClass(main, 'answer')[0]!)).toContain(notice)
  expect(withClass(main, 'chart').map((figure) => words(all(figure, 'strong')[0]!))).toEqual(['accuracy >= 0.95'])
})

test('what samplers say of themselves is told, worst first', () => {
  const diagnosis = {
    verdict: 'suspicious',
    findings: [
      { check: 'trend', verdict: 'suspicious', text: 'the loss still rises' },
      { check: 'r-hat', verdict: 'healthy', text: 'R-hat 1.01' },
    ],
  }
  const events = quickstartRun.map((event): RunEvent =>
    event.type === 'stage-finished' && event.stage === 'ioi'
      ? { ...event, report: [] }
      : event.type === 'stage-finished' && event.stage === 'ioi/level-04/degrade'
        ? { ...event, outputs: { diagnosis: { type: 'record', digest: `sha256:${'0'.repeat(64)}`, value: diagnosis } } }
        : event,
  )
  const table = all(body(events), 'table').find((one) => words(one).startsWith('stage verdict'))!
  expect(cells(table)).toEqual([
    ['ioi/level-04/degrade', 'suspicious', 'the loss still rises 1 check passed R-hat 1.01'],
  ])
})

test('uncommitted changes are owned up to', () => {
  const events = quickstartRun.map((event): RunEvent =>
    event.type === 'run-started'
      ? { ...event, environment: { ...event.environment, git: { commit: 'abc', dirty: true } } }
      : event,
  )
  expect(words(body(events))).toContain('The working tree had uncommitted changes when this ran')
})

test('a search that is over and lists its levels and samplers itself is not repeated', () => {
  const names = ['original', ...Array.from({ length: 7 }, (_, index) => `level-0${index}`)]
  const own = {
    type: 'table',
    title: 'Own levels',
    columns: ['level', 'sampler'],
    rows: names.map((name) => [name, 'healthy']),
  } as const
  const diagnosis = { verdict: 'healthy', findings: [] }
  const events = quickstartRun.map((event): RunEvent => {
    if (event.type !== 'stage-finished') return event
    if (event.stage === 'ioi') return { ...event, report: [...event.report, own] }
    return event.stage.endsWith('/degrade')
      ? { ...event, outputs: { diagnosis: { type: 'record', digest: `sha256:${'0'.repeat(64)}`, value: diagnosis } } }
      : event
  })
  const main = body(events)
  expect(all(main, 'h3').map(words)).toEqual(['Sampler', 'Own levels', 'Natural scale'])
  expect(headings(main)).not.toContain('Sampler diagnostics')
})
