import { err, ok, type Result } from '../base/result.ts'

export const claimOperators = ['>=', '<=', '>', '<'] as const
export type ClaimOperator = (typeof claimOperators)[number]

/** A claim about one metric, such as `accuracy >= 0.95`. The threshold is in the metric's own unit. */
export interface Claim {
  readonly metric: string
  readonly operator: ClaimOperator
  readonly threshold: number
  /** Where the parts stand in the text, in UTF-16 units, for messages. */
  readonly at: { readonly metric: TextRange; readonly threshold: TextRange }
}
export interface TextRange {
  readonly offset: number
  readonly length: number
}
/** Why a text is no claim, and where in the text that shows. */
export interface ClaimError extends TextRange {
  readonly message: string
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Reads `metric >= number` (or `<=`, `>`, `<`). Never throws. */
export function parseClaim(text: string): Result<Claim, ClaimError> {
  const match = /^(\s*)([A-Za-z][\w-]*)?(\s*)(>=|<=|>|<|=>|=<|==?|!=)?(\s*)(.*?)\s*$/s.exec(text)
  const [, lead = '', metric = '', gap = '', operator = '', space = '', rest = ''] = match ?? []
  const operatorAt = lead.length + metric.length + gap.length
  const restAt = operatorAt + operator.length + space.length
  if (metric === '') return wrong('a claim starts with the name of a metric', lead.length, text.length - lead.length)
  if (operator === '') return wrong(`after ${metric} comes >=, <=, > or <`, operatorAt, rest.length)
  if (!isClaimOperator(operator)) return wrong(`${operator} is not >=, <=, > or <`, operatorAt, operator.length)
  if (rest === '') return wrong(`after ${operator} comes a number`, restAt, 1)
  if (/^[\d.]+\s*%$/.test(rest)) return wrong(`write ${rest} as ${percent(rest)}`, restAt, rest.length)
  if (!number.test(rest)) return wrong(`${rest} is not a number`, restAt, rest.length)
  const at = {
    metric: { offset: lead.length, length: metric.length },
    threshold: { offset: restAt, length: rest.length },
  }
  return ok({ metric, operator, threshold: Number(rest), at })
}

/** Whether `value` keeps the claim. */
export function keepsClaim(claim: Pick<Claim, 'operator' | 'threshold'>, value: number): boolean {
  switch (claim.operator) {
    case '>=':
      return value >= claim.threshold
    case '<=':
      return value <= claim.threshold
    case '>':
      return value > claim.threshold
    case '<':
      return value < claim.threshold
  }
}

const isClaimOperator = (text: string): text is ClaimOperator => (claimOperators as readonly string[]).includes(text)
const percent = (text: string): string => String(Number((Number.parseFloat(text) / 100).toPrecision(12)))
const wrong = (message: string, offset: number, length: number): Result<never, ClaimError> =>
  err({ message, offset, length: Math.max(1, length) })
