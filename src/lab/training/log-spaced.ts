/** At most `count` different steps from 0 to `last`, both included, spaced evenly in log(1 + step). */
export function logSpaced(last: number, count: number): number[] {
  const steps = Array.from({ length: count }, (_, i) => Math.round(Math.expm1((Math.log1p(last) * i) / (count - 1))))
  return [...new Set(steps)]
}
