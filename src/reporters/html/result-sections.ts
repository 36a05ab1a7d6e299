import type { RunState, StageState } from '../../orchestrator/state.ts'
import type { LineChart, ReportBlock } from '../../stage/report-block.ts'
import type { SearchView } from '../../stage/search-view.ts'
import { besideNames } from '../view/level-columns.ts'
import { dataTable } from './data-table.ts'
import { heatmap } from './heatmap.ts'
import { html, type Html } from './html.ts'
import { levelTable } from './level-table.ts'
import { lineChart } from './line-chart.ts'
import { lineList } from './line-list.ts'

/** What the stages found, one section each: charts first, then the search's levels, then tables and texts. */
export function resultSections(state: RunState): readonly Html[] {
  const shown = [...state.stages.values()].filter((stage) => stage.parent === undefined || stage.view !== undefined)
  // A search is what a run is for; what led to it comes after.
  const searches = shown.filter((stage) => stage.view !== undefined)
  const others = shown.filter((stage) => stage.view === undefined)
  return [...searches, ...others].map((stage, index) => section(stage, `c${index}`)).filter((one) => one !== undefined)
}

function section(stage: StageState, id: string): Html | undefined {
  const blocks = (stage.report ?? []).filter((block) => block.type !== 'answer')
  const charts = blocks.filter((block) => block.type === 'line-chart')
  const drawn = charts.length === 0 && stage.view !== undefined ? chartOfLevels(stage.view) : charts
  const others = blocks.filter((block) => block.type !== 'line-chart')
  if (drawn.length === 0 && others.length === 0 && stage.view === undefined) return undefined
  return html`<section>
    <h2>${stage.head.id} <small>${stage.head.use}</small></h2>
    ${drawn.map((chart, index) => lineChart(chart, `${id}-${index}`))}${stage.view !== undefined && !hasLevels(others, stage.view) && levelTable(stage.view)}${others.map(otherBlock)}
  </section> `
}

/** Whether the stage's own tables already list every level. */
function hasLevels(blocks: readonly ReportBlock[], { levels }: SearchView): boolean {
  return blocks.some(
    (block) => block.type === 'table' && levels.every(({ name }) => block.rows.some((row) => row[0] === name)),
  )
}

function otherBlock(block: Exclude<ReportBlock, LineChart | { type: 'answer' }>): Html {
  switch (block.type) {
    case 'text':
      return html`<h3>${block.title}</h3>
        ${lineList(block.lines)} `
    case 'heatmap':
      return heatmap(block)
    case 'table':
      return html`<h3>${block.title}</h3>
        ${dataTable(block.columns, block.rows, true)} `
  }
}

/** A search that did not get as far as a chart of its own still has its levels to draw. */
function chartOfLevels(view: SearchView): LineChart[] {
  const measured = view.levels.filter((level) => level.loss !== undefined && level.metric !== undefined)
  if (measured.length < 2) return []
  const points = (
    read: (level: SearchView['levels'][number]) => { mean: number; low: number; high: number } | undefined,
  ) =>
    measured.flatMap((level) => {
      const estimate = read(level)
      return estimate === undefined || level.loss === undefined
        ? []
        : [{ x: level.loss.mean, y: estimate.mean, low: estimate.low, high: estimate.high, label: level.dose }]
    })
  return [
    {
      type: 'line-chart',
      title: view.claim,
      x: { label: 'loss, nats per token' },
      y: { label: view.metric },
      series: [
        { name: view.metric, points: points((level) => level.metric) },
        ...besideNames(view).map((name) => ({ name, points: points((level) => level.beside?.[name]) })),
      ],
      marks: [{ axis: 'y', at: view.threshold, label: 'threshold' }],
    },
  ]
}
