import { isShare } from '../../../stage/metrics.ts'
import type { LineChart } from '../../../stage/report-block.ts'
import type { Answer, AnsweredLevel } from './answer.ts'
import type { Measured } from './judge.ts'
import { confidencePercent } from './words.ts'
import { lossHeading } from '../../scales/loss-words.ts'

type Point = LineChart['series'][number]['points'][number]

/** Loss against the claim's metric and those beside it that have its unit; each point a level with its interval. */
export function chartOf(answer: Answer): LineChart {
  const all = [answer.original, ...answer.levels]
  const unit = answer.original.metric?.unit ?? 'count'
  const besides = Object.entries(answer.original.beside).filter(([, of]) => of.unit === unit)
  const line = (name: string, of: (level: AnsweredLevel) => Measured | undefined) => ({
    name,
    points: all.flatMap((level): Point[] => {
      const value = of(level)
      return value === undefined || level.loss === undefined
        ? []
        : [
            {
              x: level.loss.mean,
              y: value.mean,
              low: value.low,
              high: value.high,
              label: `${level.name}, ${level.dose}`,
            },
          ]
    }),
  })
  const held = answer.levels.find(({ name }) => name === answer.coarsest)
  return {
    type: 'line-chart',
    title: `${answer.metric} as the model is degraded`,
    caption: `Means over chains and draws. ${answer.metric}: bounds at ${confidencePercent(answer.confidence)} over ${answer.looks} looks, as the claim is judged by; others: 95 %.`,
    x: { label: lossHeading(answer.lossUnit) },
    y: isShare(unit) ? { label: 'share', min: 0, max: 1, format: 'percent' } : { label: unit, format: 'number' },
    series: [
      line(answer.metric, (level) => level.metric),
      ...besides.map(([name]) => line(name, (level) => level.beside[name])),
    ],
    marks: [
      { axis: 'y', at: answer.threshold, label: answer.claim },
      { axis: 'x', at: answer.natural.modelLoss, label: 'the model' },
      ...(answer.natural.given ? [{ axis: 'x' as const, at: answer.natural.loss, label: 'natural scale L*' }] : []),
      ...(held?.loss === undefined ? [] : [{ axis: 'x' as const, at: held.loss.mean, label: 'coarsest that holds' }]),
    ],
  }
}
