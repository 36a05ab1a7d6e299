import type { ReportBlock } from '../../../stage/report-block.ts'
import type { Answer, AnsweredLevel } from './answer.ts'
import { chartOf } from './chart.ts'
import { amount, interval, lossText, nats, confidencePercent } from './words.ts'
import type { WouldDecide } from './would-decide.ts'
import { lossHeading, perLoss } from '../../scales/loss-words.ts'

/** The answer in plain words, the curve, and every level. */
export function reportOf(answer: Answer): readonly ReportBlock[] {
  return [answerBlock(answer), chartOf(answer), levelTable(answer), ...diagnosisTable(answer)]
}

function answerBlock(answer: Answer): ReportBlock {
  const { outcome } = answer
  const tone = outcome === 'found' || outcome === 'to-the-end' ? 'good' : outcome === 'undecided' ? 'open' : 'bad'
  return { type: 'answer', headline: headline(answer), lines: lines(answer), tone }
}

const levelNamed = (answer: Answer, name: string | undefined): AnsweredLevel | undefined =>
  answer.levels.find((level) => level.name === name)

function headline(answer: Answer): string {
  const { claim, outcome, original, levels } = answer
  const held = levelNamed(answer, answer.coarsest)
  const scale =
    held && `loss ${nats(held.loss?.mean)}${perLoss(answer.lossUnit)}, ${howFar(held, answer)} above the model`
  const first = original.status === 'held' ? levels[0] : original
  switch (outcome) {
    case 'found':
      return `${claim} holds up to ${scale ?? '?'}`
    case 'to-the-end':
      return `${claim} holds at every level tried, up to ${scale ?? '?'}`
    case 'finer-only':
      return `${claim} holds at the model itself and at no level tried`
    case 'absent':
      return `${claim} does not hold at the model itself`
    case 'undecided':
      return `not decided whether ${claim} holds: at ${first === undefined || first.nbeta === null ? 'the model itself' : first.dose} the interval straddles ${answer.threshold}`
    case 'unhealthy':
      return `no answer: the sampler was not healthy at ${levels[0]?.dose ?? 'the first level'}`
  }
}

const howFar = (level: AnsweredLevel, { natural, lossUnit }: Answer): string =>
  natural.given ? `${amount(level.multiple)} times the natural gap` : `${nats(level.above)}${perLoss(lossUnit)}`

function lines(answer: Answer): string[] {
  const held = levelNamed(answer, answer.coarsest)
  const beyond = levelNamed(answer, answer.beyond)
  const shown = held ?? levelNamed(answer, answer.beyond)
  return [
    ...(held === undefined
      ? []
      : [
          `scale     loss ${lossText(held.loss)}${perLoss(answer.lossUnit)} · ${nats(held.above)} above the model's ${nats(answer.natural.modelLoss)}${answer.natural.given ? ` · ${amount(held.multiple)} × the natural gap` : ''} · ${held.dose}`,
        ]),
    ...(beyond === undefined ? [] : [`beyond    ${wordsFor(beyond, answer)}`]),
    ...(shown === undefined
      ? [metricLine('measured', answer.original, answer)]
      : [metricLine('measured', shown, answer)]),
    ...(shown === undefined ? [] : meltedLines(shown, answer)),
    ...(answer.natural.given ? [`natural   ${naturalLine(answer)}`] : []),
    ...(shown === undefined ? [] : samplerLine(shown)),
    ...openLines(answer),
    ...notes(answer),
    `bounds    ${confidencePercent(answer.confidence)} confidence that no level is said to hold which does not, over at most ${answer.looks} looks`,
  ]
}

/** Where the search ended because an interval straddles the threshold: what would decide there. */
function openLines(answer: Answer): string[] {
  const level =
    answer.outcome === 'undecided' && answer.coarsest === undefined
      ? firstOf(answer)
      : levelNamed(answer, answer.beyond)
  return level?.wouldDecide === undefined ? [] : [`undecided ${toDecide(level, level.wouldDecide)}`]
}

const firstOf = ({ original, levels }: Answer): AnsweredLevel | undefined =>
  original.status === 'held' ? levels[0] : original

function toDecide({ name, looks, metric }: AnsweredLevel, { by, times }: WouldDecide): string {
  const at = `at ${name === 'original' ? 'the model itself' : name}, after ${looks} look${looks === 1 ? '' : 's'}`
  if (by === 'nothing')
    return `${at}: neither the degradation nor the experiment draws anything more; only more prompts of the experiment's own would decide`
  if (times === undefined)
    return `${at}: the mean is so near the threshold that a thousand times the ${by} might not decide`
  const total = by === 'draws' ? (metric?.chains ?? 1) * (metric?.draws ?? 1) : (metric?.items ?? 1)
  return `${at}: about ${times} times the ${by} would decide (${times * total} instead of ${total}), if the mean stays where it is`
}

function notes(answer: Answer): string[] {
  const { reentrant, constant, metric, exhaustive, outcome, levels } = answer
  return [
    ...(constant
      ? [
          `note      ${metric} is the same at the model and at every level: it does not depend on what the degradation changes, or the levels are too near`,
        ]
      : []),
    ...(reentrant.length === 0
      ? []
      : [
          `re-enters it fails and then holds again, at ${reentrant.map((name) => levelNamed(answer, name)?.dose ?? name).join(', ')}; only what holds without a gap counts`,
        ]),
    ...(exhaustive && levels.length > 0 ? [`levels    all ${levels.length} there are were measured`] : []),
    ...(outcome === 'to-the-end' ? [`bound     the end of the range was reached; it may hold further`] : []),
  ]
}

function metricLine(label: string, { metric }: AnsweredLevel, answer: Answer): string {
  if (metric === undefined) return `${label}  nothing`
  const from =
    metric.chains * metric.draws === 1
      ? `${metric.items} items`
      : `${metric.chains} chains × ${metric.draws} draws × ${metric.items} items`
  const exact = metric.se === 0 && metric.unit !== 'proportion'
  return `${label}  ${answer.metric} ${interval(metric)} from ${from}${exact ? ', of which no error is known' : ''}`
}

function meltedLines(level: AnsweredLevel, { original }: Answer): string[] {
  return Object.entries(level.beside).map(([name, now]) => {
    const before = original.beside[name]
    const label = before !== undefined && now.high < before.low ? 'melted ' : 'beside '
    return `${label}   ${name} ${interval(now)}${before === undefined ? '' : `, at the model itself ${interval(before)}`}`
  })
}

function naturalLine(answer: Answer): string {
  const { natural } = answer
  const guess =
    natural.guess === undefined
      ? ''
      : `, and above the ${nats(natural.guess)} of a uniform guess, where nothing of the model need be left`
  const scale = `L* = ${nats(natural.loss)}${perLoss(answer.lossUnit)}, ${nats(natural.gap)} above the model${guess}`
  const level = levelNamed(answer, natural.level)
  if (level === undefined) return `${scale}; not reached`
  const where = natural.reached ? 'there' : `not hit; at the nearest level, ${amount(level.multiple)} times the gap,`
  return `${scale}: ${where} the claim ${verdict(level)}, ${answer.metric} ${interval(level.metric)}`
}

const wordsFor = (level: AnsweredLevel, answer: Answer): string =>
  `at ${answer.natural.given ? `${amount(level.multiple)} × the gap (loss ${nats(level.loss?.mean)}, ${level.dose})` : `loss ${nats(level.loss?.mean)} (${level.dose})`} it ${verdict(level)}: ${answer.metric} ${interval(level.metric)}`

function verdict({ status }: AnsweredLevel): string {
  switch (status) {
    case 'held':
      return 'holds'
    case 'failed':
      return 'fails'
    case 'undecided':
      return 'is not decided'
    case 'unhealthy':
      return 'does not count, the sampler being broken'
  }
}

/** What the sampler said; a degradation without one has nothing to judge. */
function samplerLine({ diagnosis }: AnsweredLevel): string[] {
  return diagnosis.findings.length === 0 ? [] : [`sampler   ${diagnosis.verdict}${findings({ diagnosis })}`]
}

function findings({ diagnosis }: Pick<AnsweredLevel, 'diagnosis'>): string {
  const worst = diagnosis.findings.filter(({ verdict: of }) => of !== 'healthy')
  return worst.length === 0
    ? `, ${diagnosis.findings.length} checks passed`
    : `: ${worst.map(({ text }) => text).join('; ')}`
}

function levelTable(answer: Answer): ReportBlock {
  const besides = Object.keys(answer.original.beside)
  const row = (level: AnsweredLevel): string[] => [
    level.name,
    level.dose,
    lossText(level.loss),
    nats(level.above),
    amount(level.multiple),
    interval(level.metric),
    ...besides.map((name) => interval(level.beside[name])),
    level.status,
    level.diagnosis.findings.length === 0 ? '–' : level.diagnosis.verdict,
  ]
  return {
    type: 'table',
    title: 'Levels',
    columns: [
      'level',
      'dose',
      lossHeading(answer.lossUnit),
      'above the model',
      '× gap',
      answer.metric,
      ...besides,
      'claim',
      'sampler',
    ],
    rows: [answer.original, ...answer.levels].map(row),
  }
}

function diagnosisTable({ levels }: Answer): ReportBlock[] {
  const rows = levels.flatMap((level) =>
    level.diagnosis.findings.map(({ check, verdict: of, text }) => [level.name, check, of, text]),
  )
  return rows.length === 0
    ? []
    : [{ type: 'table', title: 'Sampler diagnostics', columns: ['level', 'check', 'verdict', 'finding'], rows }]
}
