import { isShare, type MetricUnit } from '../../../stage/metrics.ts'
import type { LineChart, ReportBlock } from '../../../stage/report-block.ts'
import { interval, lossText, nats } from '../coarsest/words.ts'
import { isAtBase } from '../phenomenon/answer.ts'
import { meltingPoint } from '../phenomenon/melting-point.ts'
import { pointsOf, type CurveAnswer } from './curve-answer.ts'
import { halfLife } from './half-life.ts'
import { isAt } from './next-level.ts'
import { lossHeading, perLoss } from '../../scales/loss-words.ts'

/** What melts in which order and how fast, the curves, and every level. */
export function curveReport(answer: CurveAnswer): readonly ReportBlock[] {
  return [order(answer), chart(answer), halfLives(answer), table(answer)]
}

const unitOf = ({ levels }: CurveAnswer): MetricUnit | undefined => levels[0]?.loss.unit
const baseOf = ({ baseline }: CurveAnswer, name: string): number => baseline?.[name]?.mean ?? 0

function order(answer: CurveAnswer): ReportBlock {
  const { from, original } = answer
  const per = perLoss(unitOf(answer))
  const names = Object.keys(original)
  const isNothing = (name: string): boolean => isAtBase(pointsOf(answer, name)[0], baseOf(answer, name))
  const melted = names
    .filter((name) => !isNothing(name))
    .map((name) => {
      const level = ((original[name]?.mean ?? 0) + baseOf(answer, name)) / 2
      return { name, at: meltingPoint(pointsOf(answer, name), { from, level }) }
    })
    .sort((a, b) => (a.at.above ?? Infinity) - (b.at.above ?? Infinity))
  const line = ({ name, at }: (typeof melted)[number]): string =>
    at.above === undefined
      ? `${name} keeps more than half to the end of the range, ${nats(at.beyond)}${per} above the model`
      : `${name} is down to half ${nats(at.above)}${per} above the model${between(at)}`
  const without = names.filter(isNothing).map((name) => `${name} has nothing to melt at the model itself`)
  return { type: 'text', title: 'Order of melting', lines: [...melted.map(line), ...without, ...missed(answer)] }
}

/** Wanted losses that no level has: the path ends before them, or there is no dose between. */
function missed({ wanted = [], levels, from }: CurveAnswer): string[] {
  return wanted
    .filter((loss) => !levels.some((level) => isAt(level, loss, from)))
    .map((loss) => {
      const [nearest] = levels.map(({ loss: { mean } }) => mean).sort((a, b) => Math.abs(a - loss) - Math.abs(b - loss))
      return `the wanted loss ${nats(loss)} was not reached: the nearest level has ${nats(nearest)}`
    })
}

const between = ({ low, high }: { readonly low?: number; readonly high?: number }): string =>
  ` [${low === undefined ? '–' : nats(low)}, ${high === undefined ? '–' : nats(high)}]`

function halfLives(answer: CurveAnswer): ReportBlock {
  const rows = Object.keys(answer.original).map((name) => {
    const fit = halfLife(pointsOf(answer, name), baseOf(answer, name))
    if (fit === undefined || isAtBase(pointsOf(answer, name)[0], baseOf(answer, name)))
      return [name, '–', '–', 'nothing to fit: it does not fall, or at once']
    const said = fit.misfit > 3 ? 'no exponential: take the half point' : 'as an exponential would'
    return [name, `${nats(fit.halfLife)}${between(fit)}`, fit.misfit.toPrecision(2), said]
  })
  return {
    type: 'table',
    title: `Half-lives${unitOf(answer) === 'dimensionless' ? '' : `, ${unitOf(answer) ?? 'nats/token'}`}: an exponential through each curve`,
    columns: ['experiment', 'half-life, 95 %', 'χ² per degree', 'it falls'],
    rows,
  }
}

function chart(answer: CurveAnswer): LineChart {
  const { original, levels } = answer
  const names = Object.keys(original)
  const unit = original[names[0] ?? '']?.unit ?? 'count'
  const doseOf = ['the model', ...levels.map(({ dose }) => dose)]
  return {
    type: 'line-chart',
    title: 'What melts, and at what loss',
    caption: 'Means over draws, with 95 % intervals; each point is one dose.',
    x: { label: lossHeading(unitOf(answer)) },
    y: isShare(unit) ? { label: 'share', min: 0, max: 1, format: 'percent' } : { label: unit, format: 'number' },
    series: names
      .filter((name) => original[name]?.unit === unit)
      .map((name) => ({
        name,
        points: pointsOf(answer, name).map(({ loss, mean, low, high }, i) => ({
          ...{ x: loss, y: mean, low, high },
          label: doseOf[i] ?? '',
        })),
      })),
    marks: [{ axis: 'x', at: answer.from, label: 'the model' }],
  }
}

function table({ from, original, levels }: CurveAnswer): ReportBlock {
  const names = Object.keys(original)
  return {
    type: 'table',
    title: 'Levels',
    columns: ['level', 'dose', lossHeading(levels[0]?.loss.unit), 'above the model', ...names, 'sampler'],
    rows: [
      ['original', 'the model', nats(from), nats(0), ...names.map((name) => interval(original[name])), '–'],
      ...levels.map(({ name, dose, loss, metrics, verdict }) => [
        name,
        dose,
        lossText(loss),
        nats(loss.mean - from),
        ...names.map((key) => interval(metrics[key])),
        verdict,
      ]),
    ],
  }
}
