import { isShare } from '../../../stage/metrics.ts'
import type { Measured } from './judge.ts'

const unknown = '–'

/** Nats per token, three decimals; more where the number is small. */
export const nats = (value: number | undefined): string =>
  value === undefined ? unknown : value !== 0 && Math.abs(value) < 0.01 ? value.toPrecision(2) : value.toFixed(3)

/** A loss with its standard error. */
export const lossText = (loss: { readonly mean: number; readonly se: number } | undefined): string =>
  loss === undefined ? unknown : `${nats(loss.mean)} ± ${nats(loss.se)}`

/** A multiple with two or three digits that count. */
export const amount = (value: number | undefined): string =>
  value === undefined
    ? unknown
    : Math.abs(value) >= 100
      ? value.toFixed(0)
      : value.toPrecision(Math.abs(value) >= 10 ? 3 : 2)

/** A confidence, such as 98.3333 %. */
export const confidencePercent = (share: number): string => `${Number((100 * share).toPrecision(6))} %`

/** A mean with its bounds, as a percentage where it is a proportion. */
export function interval(measured: Pick<Measured, 'mean' | 'low' | 'high' | 'unit'> | undefined): string {
  if (measured === undefined) return unknown
  const { mean, low, high, unit } = measured
  const show = (value: number): string => (isShare(unit) ? (100 * value).toFixed(1) : value.toFixed(3))
  return isShare(unit) ? `${show(mean)} % [${show(low)}, ${show(high)}]` : `${show(mean)} [${show(low)}, ${show(high)}]`
}
