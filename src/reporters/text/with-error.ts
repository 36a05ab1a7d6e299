/**
 * `0.66 ± 0.01`: the standard error in one significant digit (two if it begins with 1), rounded up so that it is never
 * understated, and the mean to the same place. Without a usable error the mean alone, in four decimals.
 */
export function withError(mean: number, se: number): string {
  if (!Number.isFinite(mean)) return '–'
  if (!Number.isFinite(se) || se <= 0) return mean.toFixed(Math.abs(mean) < 100 ? 3 : 1)
  const place = Math.floor(Math.log10(se))
  const leading = se / 10 ** place
  const decimals = Math.min(4, Math.max(0, leading < 2 ? 1 - place : -place))
  const step = 10 ** -decimals
  const rounded = Math.ceil(se / step - 1e-9) * step
  return `${mean.toFixed(decimals)} ± ${rounded.toFixed(decimals)}`
}
