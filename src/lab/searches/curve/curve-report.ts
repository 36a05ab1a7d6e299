import type { LineChart, ReportBlock } from '../../../stage/report-block.ts'
import type { Measured } from '../coarsest/judge.ts'
import { interval, lossText, nats } from '../coarsest/words.ts'
import type { CurveAnswer } from './curve-answer.ts'
import { halfPoint } from './half-point.ts'

/** What melts in which order, the curves, and every level. */
export function curveReport(answer: CurveAnswer): readonly ReportBlock[] {
  return [order(answer), chart(answer), table(answer)]
}

function order(answer: CurveAnswer): ReportBlock {
  const halves = Object.keys(answer.original)
    .map((name) => ({ name, half: halfPoint(pointsOf(answer, name)) }))
    .sort((a, b) => (a.half?.above ?? Infinity) - (b.half?.above ?? Infinity))
  const last = answer.levels.at(-1)
  const line = ({ name, half }: (typeof halves)[number]): string =>
    half === undefined
      ? `${name} keeps more than half to the end of the range, ${nats((last?.loss.mean ?? answer.from) - answer.from)} nats/token above the model`
      : `${name} is down to half ${nats(half.above)} nats/token above the model${between(half)}`
  return { type: 'text', title: 'Order of melting', lines: halves.map(line) }
}

const between = ({ low, high }: { readonly low?: number; readonly high?: number }): string =>
  ` [${low === undefined ? '–' : nats(low)}, ${high === undefined ? '–' : nats(high)}]`

function pointsOf({ from, original, levels }: CurveAnswer, name: string) {
  const at = (above: number, { mean, low, high }: Measured) => ({ above, mean, low, high })
  return [at(0, original[name]!), ...levels.map((level) => at(level.loss.mean - from, level.metrics[name]!))]
}

function chart(answer: CurveAnswer): LineChart {
  const names = Object.keys(answer.original)
  const unit = answer.original[names[0] ?? '']?.unit ?? 'count'
  const shown = names.filter((name) => answer.original[name]?.unit === unit)
  return {
    type: 'line-chart',
    title: 'What melts, and at what loss',
    caption:
      'Means over chains and draws of the tempered posterior, with 95 % intervals; each point is one temperature.',
    x: { label: 'loss, nats/token' },
    y:
      unit === 'proportion' ? { label: 'share', min: 0, max: 1, format: 'percent' } : { label: unit, format: 'number' },
    series: shown.map((name) => ({
      name,
      points: [
        {
          x: answer.from,
          y: answer.original[name]!.mean,
          low: answer.original[name]!.low,
          high: answer.original[name]!.high,
          label: 'the model',
        },
        ...answer.levels.map(({ nbeta, loss, metrics }) => ({
          x: loss.mean,
          y: metrics[name]!.mean,
          low: metrics[name]!.low,
          high: metrics[name]!.high,
          label: `nβ ${nbeta}`,
        })),
      ],
    })),
    marks: [{ axis: 'x', at: answer.from, label: 'the model' }],
  }
}

function table({ from, original, levels }: CurveAnswer): ReportBlock {
  const names = Object.keys(original)
  return {
    type: 'table',
    title: 'Levels',
    columns: ['level', 'dose', 'loss, nats/token', 'above the model', ...names, 'sampler'],
    rows: [
      ['original', 'the model', nats(from), nats(0), ...names.map((name) => interval(original[name])), '–'],
      ...levels.map(({ name, nbeta, loss, metrics, verdict }) => [
        name,
        `nβ ${nbeta}`,
        lossText(loss),
        nats(loss.mean - from),
        ...names.map((key) => interval(metrics[key])),
        verdict,
      ]),
    ],
  }
}
