import { isShare } from '../../../stage/metrics.ts'
import type { LineChart, ReportBlock } from '../../../stage/report-block.ts'
import { confidencePercent, interval, lossText, nats } from '../coarsest/words.ts'
import { measuredAt, ofClaim, pointsOf, type Course, type Path, type PhenomenonAnswer } from './answer.ts'
import type { Interpolated } from './at-loss.ts'
import { meltsBefore } from './melting-point.ts'
import { lossHeading, perLoss } from '../../scales/loss-words.ts'

/** The verdicts in plain words and as a table, the order of melting, the paths at equal loss, a figure for each metric. */
export function phenomenonReport(answer: PhenomenonAnswer): readonly ReportBlock[] {
  return [
    answerBlock(answer),
    verdicts(answer),
    melting(answer),
    ...equalLoss(answer),
    ...explanation(answer),
    ...(answer.paths[0]?.courses ?? []).map(({ of }) => chart(answer, of)).sort((a, b) => claimFirst(a, b, answer)),
  ]
}

const claimFirst = (a: LineChart, b: LineChart, { metric }: PhenomenonAnswer): number =>
  Number(b.title.startsWith(metric)) - Number(a.title.startsWith(metric))
const holds = ({ outcome }: Path): boolean => outcome === 'found' || outcome === 'to-the-end'
const nameOf = ({ metric }: PhenomenonAnswer, of: string): string => (of === ofClaim ? metric : of)

function answerBlock(answer: PhenomenonAnswer): ReportBlock {
  const { paths, claim, confidence } = answer
  const held = paths.filter(holds)
  const wide = paths.length > 8 ? [] : paths
  return {
    type: 'answer',
    headline: headline(answer, held.length),
    lines: [
      ...wide.map((path) => `${path.name}: ${verdict(path)}`),
      ...orderLines(answer),
      ...purestLine(answer),
      `bounds: ${confidencePercent(confidence)} confidence that ${claim} is said to hold at no level where it does not, over all ${paths.length} degradations`,
    ],
    tone: held.length === paths.length ? 'good' : held.length > 0 || paths.some(isOpen) ? 'open' : 'bad',
  }
}

const isOpen = ({ outcome }: Path): boolean => outcome === 'undecided' || outcome === 'unhealthy'

function headline({ claim, paths }: PhenomenonAnswer, held: number): string {
  if (paths.every(({ outcome }) => outcome === 'absent')) return `${claim} does not hold at the model itself`
  if (held === paths.length) return `${claim} survives all ${paths.length} degradations up to a coarser scale`
  if (held > 0) return `${claim} survives ${held} of ${paths.length} degradations up to a coarser scale`
  return paths.some(isOpen)
    ? `not decided whether ${claim} survives any degradation`
    : `${claim} survives none of ${paths.length} degradations`
}

function verdict({ outcome, coarsest, beyond, original, levels }: Path): string {
  const upTo = coarsest && `loss ${lossText(coarsest.loss)} (${coarsest.dose})`
  switch (outcome) {
    case 'found':
      return `holds up to ${upTo ?? '?'}, and ${beyond?.status === 'failed' ? 'fails' : 'is not known to hold'} at ${nats(beyond?.loss?.mean)}`
    case 'to-the-end':
      return `holds to the end of the range, ${upTo ?? '?'}`
    case 'finer-only':
      return `fails at the finest level tried, loss ${lossText(beyond?.loss)}`
    case 'absent':
      return `fails at the model itself, ${interval(original.metric)}`
    case 'undecided':
      return original.status === 'held'
        ? `not decided at the finest level tried, ${interval(levels[0]?.metric)} at loss ${lossText(levels[0]?.loss)}`
        : `not decided at the model itself, ${interval(original.metric)}`
    case 'unhealthy':
      return 'no answer, the sampler is not healthy'
  }
}

function orderLines(answer: PhenomenonAnswer): string[] {
  return answer.paths.flatMap(({ name, courses: all }) => {
    const courses = all.filter(({ isNothing }) => isNothing !== true)
    const melted = courses.filter(({ melting: { above } }) => above !== undefined)
    if (courses.length < 2 || melted.length === 0) return []
    return [`${name} melts ${courses.map((course, i) => link(answer, courses, { course, i })).join('')}`]
  })
}

/** `facts before accuracy` where the intervals are apart, `facts, then perhaps accuracy` where they are not. */
function link(
  answer: PhenomenonAnswer,
  courses: readonly Course[],
  { course, i }: { course: Course; i: number },
): string {
  const before = courses[i - 1]
  const name = nameOf(answer, course.of)
  if (before === undefined) return name
  if (course.melting.above === undefined && before.melting.above === undefined) return ` and ${name}`
  return meltsBefore(before.melting, course.melting) ? ` before ${name}` : `, then perhaps ${name}`
}

/** Which degradation leaves least of the confounders where the claim still holds; said only where intervals are apart. */
function purestLine({ paths }: PhenomenonAnswer): string[] {
  const confounders = [...new Set(paths.flatMap(({ courses }) => courses.map(({ of }) => of)))].filter(
    (of) => of !== ofClaim,
  )
  return confounders.flatMap((of) => {
    const left = paths.filter(holds).flatMap(({ name, courses }) => {
      const share = courses.find((course) => course.of === of)?.left
      return share === undefined ? [] : [{ name, share }]
    })
    const [first, ...others] = left.sort((a, b) => a.share.mean - b.share.mean)
    if (first === undefined || others.length === 0) return []
    const text = `${first.name} leaves ${shareText(first.share)} of ${of}`
    // Every other, not the next by its mean alone: one that is farther off may be known less well.
    const near = others.filter(({ share }) => !(first.share.high < share.low))
    return [
      near.length === 0
        ? `purest: ${text}, less than any other where the claim holds`
        : `purest: not decided; ${text}, ${near.map(({ name, share }) => `${name} ${shareText(share)}`).join(', ')}`,
    ]
  })
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
const shareText = ({ mean, low, high }: Interpolated): string =>
  `${percent(mean)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`

function verdicts(answer: PhenomenonAnswer): ReportBlock {
  const { paths, baseline, metric } = answer
  const confounders = Object.keys(paths[0]?.original.beside ?? {})
  const withLoss = baseline?.loss !== undefined
  return {
    type: 'table',
    title: 'Verdicts',
    columns: [
      'degradation',
      'verdict',
      lossHeading(answer.lossUnit).replace('loss', 'coarsest scale'),
      'above the model',
      'dose',
      metric,
      ...confounders.map((name) => `${name} left`),
      ...(withLoss ? ['loss explained'] : []),
    ],
    rows: paths.map((path) => {
      const { name, coarsest, courses, explained } = path
      const left = (of: string): string => {
        const share = courses.find((course) => course.of === of)?.left
        return share === undefined ? '–' : shareText(share)
      }
      return [
        name,
        path.reentrant.length > 0 ? `${path.outcome}, re-enters` : path.outcome,
        lossText(coarsest?.loss),
        nats(coarsest?.above),
        coarsest?.dose ?? '–',
        interval(coarsest?.metric),
        ...confounders.map(left),
        ...(withLoss ? [explained === undefined ? '–' : percent(explained)] : []),
      ]
    }),
  }
}

function melting(answer: PhenomenonAnswer): ReportBlock {
  const { paths, melted } = answer
  const text = ({ isNothing, melting: { above, low, high, beyond } }: Course): string =>
    isNothing === true
      ? 'has nothing to melt'
      : above === undefined
        ? `beyond ${nats(beyond)}`
        : `${nats(above)} [${low === undefined ? '–' : nats(low)}, ${high === undefined ? '–' : nats(high)}]`
  return {
    type: 'table',
    title: `Order of melting: ${perLoss(answer.lossUnit).trim() || 'loss'} above the model where ${percent(melted)} is lost`,
    columns: ['degradation', ...(paths[0]?.courses ?? []).map((_, i) => `${i + 1}.`)],
    rows: paths.map(({ name, courses }) => [
      name,
      ...courses.map((course) => `${nameOf(answer, course.of)} ${text(course)}`),
    ]),
  }
}

function equalLoss(answer: PhenomenonAnswer): ReportBlock[] {
  const { paths, equalLoss: all } = answer
  const courses = [ofClaim, ...Object.keys(paths[0]?.original.beside ?? {})]
  const unitOf = (of: string) => paths[0] && measuredAt(paths[0].original, of)?.unit
  const cell = (value: Interpolated | undefined, of: string): string =>
    value === undefined ? '–' : interval({ ...value, unit: unitOf(of) ?? 'dimensionless' })
  return all.length === 0
    ? []
    : [
        {
          type: 'table',
          title: 'At equal loss, on the straight line between measured levels',
          columns: [lossHeading(answer.lossUnit), 'which', 'metric', ...paths.map(({ name }) => name)],
          rows: all.flatMap(({ loss, what, at }) =>
            courses.map((of) => [
              nats(loss),
              what,
              nameOf(answer, of),
              ...paths.map(({ name }) => cell(at[name]?.[of], of)),
            ]),
          ),
        },
      ]
}

function explanation({ explanation: all }: PhenomenonAnswer): ReportBlock[] {
  const names = Object.keys(all[0]?.metrics ?? {})
  return all.length === 0
    ? []
    : [
        {
          type: 'table',
          title: 'What the explanation is worth, before and after',
          columns: ['at', ...names],
          rows: all.map(({ at, metrics }) => [
            at === 'original' ? 'the model itself' : `coarsest of ${at}`,
            ...names.map((name) => interval(metrics[name])),
          ]),
        },
      ]
}

function chart(answer: PhenomenonAnswer, of: string): LineChart {
  const { paths, modelLoss, natural, threshold, claim } = answer
  const unit = paths[0] && measuredAt(paths[0].original, of)?.unit
  return {
    type: 'line-chart',
    title: `${nameOf(answer, of)} under ${paths.length} degradations, at equal loss`,
    caption: 'Each point is a level: mean over draws, with its interval.',
    x: { label: lossHeading(answer.lossUnit) },
    y: isShare(unit) ? { label: 'share', min: 0, max: 1, format: 'percent' } : { label: unit ?? '', format: 'number' },
    series: paths.map((path) => ({
      name: path.name,
      points: pointsOf(path, of).map(({ loss, mean, low, high }) => ({
        x: loss,
        y: mean,
        low,
        high,
        label: path.name,
      })),
    })),
    marks: [
      ...(of === ofClaim ? [{ axis: 'y' as const, at: threshold, label: claim }] : []),
      { axis: 'x', at: modelLoss, label: 'the model' },
      ...(natural === undefined ? [] : [{ axis: 'x' as const, at: natural, label: 'natural scale L*' }]),
    ],
  }
}
