import type { ReportBlock } from '../../../stage/report-block.ts'
import { lossText } from '../coarsest/words.ts'
import type { DegradedAnswer } from './degraded-answer.ts'
import { lossHeading } from '../../scales/loss-words.ts'

const reasons: Readonly<Record<DegradedAnswer['stop'], string>> = {
  reached: 'a dose was near enough',
  'every-dose': 'every dose there is was tried',
  'range-ends': 'the path ends before it',
  bracketed: 'there is no dose between the two around it',
  'tries-spent': 'the tries are spent',
}

/** What it took to come to the target, or how near it came. */
export function degradedReport(answer: DegradedAnswer): readonly ReportBlock[] {
  const { target, of, metric, wanted, own, reached, stop, nearest, tries, folds } = answer
  const best = tries.find(({ name }) => name === nearest)
  const text = (value: { mean: number; se: number } | undefined): string =>
    value === undefined ? '–' : `${value.mean.toFixed(3)} ± ${value.se.toFixed(3)}`
  const there = best === undefined ? 'nothing' : `${best.label}, loss ${lossText(best.loss)}`
  const goal = of === 'nbeta' ? target : `${target}: ${metric} ${wanted.toFixed(3)}, the model’s own ${own.toFixed(3)}`
  return [
    {
      type: 'answer',
      headline: reached ? `${target} is reached at ${there}` : `${target} is not reached; the nearest is ${there}`,
      tone: reached ? 'good' : 'open',
      lines: [
        `target    ${goal}`,
        `tried     ${tries.length} doses; ${reasons[stop]}`,
        ...(folds ? ['folds     a rougher dose came out finer than a milder one: the path is not monotone'] : []),
      ],
    },
    {
      type: 'table',
      title: 'Doses tried',
      columns: ['dose', lossHeading(best?.loss?.unit), ...(of === 'accuracy' ? [metric] : [])],
      rows: tries.map(({ label, loss, value }) => [label, lossText(loss), ...(of === 'accuracy' ? [text(value)] : [])]),
    },
  ]
}
