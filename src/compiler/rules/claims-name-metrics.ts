import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import { parseClaim, type Claim, type TextRange } from '../../stage/claim.ts'
import { isShare } from '../../stage/metrics.ts'
import type { StageKind } from '../../stage/stage-kind.ts'
import { usesOf, type BoundParam, type BoundStage, type BoundUse } from '../bound.ts'
import { splitTemplate } from '../expression/template.ts'
import { spanInside, type ScalarNode } from '../node.ts'
import { suggest, type Report } from '../report.ts'

const code = 'claims-name-metrics'

/**
 * Law: a parameter marked `x-claim: <template>` reads `metric >= number`; the experiment named by that template has
 * the metric, and a threshold for a proportion lies in [0, 1].
 */
export function claimsNameMetrics(stages: readonly BoundStage[], report: Report): void {
  for (const use of stages.flatMap(usesOf)) {
    for (const param of use.params) {
      const template: unknown = use.kind?.params.properties[param.name]?.['x-claim']
      const node = param.entry.value
      if (typeof template !== 'string' || node.kind !== 'scalar' || typeof node.value !== 'string') continue
      for (const wrong of checkClaim({ param, node, written: node.value, experiment: experimentOf(use, template) }))
        report(wrong)
    }
  }
}

const experimentOf = (use: BoundUse, template: string): StageKind | undefined =>
  use.templates.find(({ name }) => name === template)?.uses[0]?.use.kind

interface Written {
  readonly param: BoundParam
  readonly node: ScalarNode
  readonly written: string
  readonly experiment: StageKind | undefined
}

function checkClaim(claim: Written): Diagnostic[] {
  const { holes, json } = claim.param.value
  if (holes.some(({ why }) => why === 'unknown')) return []
  // A number that a stage will give stands as 0 meanwhile; only form and metric are checked.
  const text =
    holes.length > 0
      ? splitTemplate(claim.written)
          .map((part) => (part.type === 'text' ? part.text : '0'))
          .join('')
      : json
  if (typeof text !== 'string') return []
  const place = (range: TextRange): SourceSpan => placeOf(range, claim)
  const parsed = parseClaim(text)
  if (!parsed.ok) {
    const name = claim.param.name
    return [
      {
        code,
        severity: 'error',
        message: `\`${name}\` is no claim: ${parsed.error.message}`,
        span: place(parsed.error),
        help: 'write `metric >= number`, such as `accuracy >= 0.95`',
      },
    ]
  }
  return [
    ...metricExists(parsed.value, place, claim),
    ...(holes.length > 0 ? [] : thresholdFits(parsed.value, place, claim)),
  ]
}

function metricExists(claim: Claim, place: (range: TextRange) => SourceSpan, { experiment }: Written): Diagnostic[] {
  const metrics = experiment?.metrics
  if (metrics === undefined || Object.hasOwn(metrics, claim.metric)) return []
  const names = Object.keys(metrics)
  const message = `\`${experiment?.name ?? ''}\` has no metric \`${claim.metric}\``
  return [
    {
      code,
      severity: 'error',
      message,
      span: place(claim.at.metric),
      help: suggest(didYouMean(claim.metric, names), names, 'metrics'),
    },
  ]
}

function thresholdFits(
  claim: Claim,
  place: (range: TextRange) => SourceSpan,
  { experiment, written }: Written,
): Diagnostic[] {
  const metric =
    experiment?.metrics && Object.hasOwn(experiment.metrics, claim.metric)
      ? experiment.metrics[claim.metric]
      : undefined
  if (!isShare(metric?.unit) || (claim.threshold >= 0 && claim.threshold <= 1)) return []
  const source = written.includes('${')
    ? `${written.slice(written.indexOf('${'), written.lastIndexOf('}') + 1)} is ${String(claim.threshold)}; `
    : ''
  const isPercent = claim.threshold > 1 && claim.threshold <= 100
  return [
    {
      code,
      severity: 'error',
      message: `\`${claim.metric}\` is a proportion, between 0 and 1, so it is never compared with ${String(claim.threshold)}`,
      span: place(claim.at.threshold),
      help:
        source +
        (isPercent && claim.threshold > 2
          ? `for ${String(claim.threshold)} % write ${String(claim.threshold / 100)}`
          : 'write a number between 0 and 1'),
    },
  ]
}

/** Where a part of the computed text was written: the token itself, or the expression it came from. */
function placeOf(range: TextRange, { written, node, param }: Written): SourceSpan {
  const parts = splitTemplate(written)
  if (parts.every(({ type }) => type === 'text')) return spanInside(node, range.offset, range.length)
  const [last] = parts.filter(({ type }) => type === 'expression').slice(-1)
  const first = parts[0]
  const inFirst = first?.type === 'text' && range.offset + range.length <= first.end
  if (inFirst) return spanInside(node, range.offset, range.length)
  return last === undefined || param.entry.value.kind !== 'scalar'
    ? node.span
    : spanInside(node, last.start, last.end - last.start)
}
