import type { Outputs } from '../../orchestrator/event.ts'
import type { Metrics } from '../../stage/metrics.ts'

/** What a stage found out that is a number, a line each: numbers as they are, and the mean of each metric. */
export function figuresOf(outputs: Outputs): string[] {
  return Object.entries(outputs).flatMap(([name, ref]) => {
    if (!('value' in ref)) return []
    if (typeof ref.value === 'number') return [`${name} ${short(ref.value)}`]
    if (ref.type !== 'metrics') return []
    const { metrics } = ref.value as unknown as Metrics
    return Object.entries(metrics).map(([metric, { values, unit, steps }]) => {
      const all = values.flat()
      const per = unit.includes('/') ? ` ${unit}` : ''
      const last = steps?.at(-1)
      // Checkpoints are no draws: the last one speaks for itself.
      if (last !== undefined) return `${name}.${metric} ${short(all.at(-1) ?? Number.NaN)}${per} at step ${last}`
      const mean = all.reduce((sum, value) => sum + value, 0) / all.length
      return `${name}.${metric} ${short(mean)}${per}`
    })
  })
}

const short = (value: number): string => (Number.isInteger(value) ? `${value}` : `${Number(value.toPrecision(5))}`)
