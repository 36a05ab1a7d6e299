import { err, ok, type Result } from '../base/result.ts'
import type { Json } from '../base/json.ts'

/** What a quantity measures: durations come in seconds, sizes in bytes. */
export type Dimension = 'duration' | 'size'

/** Why a value is no such quantity, and what to write. */
export interface QuantityError {
  readonly wanted: string
  readonly help: string
}

const seconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }
const bytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}
const longNames: Readonly<Record<string, string>> = {
  millisecond: 'ms',
  sec: 's',
  second: 's',
  min: 'm',
  minute: 'm',
  hr: 'h',
  hour: 'h',
  day: 'd',
  kilobyte: 'kB',
  megabyte: 'MB',
  gigabyte: 'GB',
  terabyte: 'TB',
  byte: 'B',
}

/** Seconds of `90s`, `10m`, `2h`; bytes of `512MiB`, `2GiB`. Never throws. */
export function readQuantity(value: Json, dimension: Dimension): Result<number, QuantityError> {
  const units = dimension === 'duration' ? seconds : bytes
  const found = typeof value === 'string' ? asQuantity(value) : undefined
  const factor =
    found !== undefined && found.isExact && Object.hasOwn(units, found.unit) ? units[found.unit] : undefined
  const amount = found === undefined || factor === undefined ? NaN : found.amount * factor
  if (Number.isFinite(amount) && amount > 0) return ok(dimension === 'size' ? Math.round(amount) : amount)
  return err({ wanted: wanted[dimension], help: helpFor(value, dimension) })
}

const wanted = { duration: 'a duration, such as `90s`, `10m` or `2h`', size: 'a size, such as `512MiB` or `2GiB`' }

function helpFor(value: Json, dimension: Dimension): string {
  if (typeof value === 'number' && value > 0) {
    return dimension === 'duration'
      ? `a duration has a unit: write \`${String(value)}s\` for seconds`
      : `a size has a unit: write \`${String(value)}GiB\` or \`${String(value)}MiB\``
  }
  const written = typeof value === 'string' ? value : ''
  const [, hours, minutes] = /^(\d{1,4})h(\d{1,4})m?$/.exec(written.replace(/\s/g, '')) ?? []
  if (hours !== undefined && dimension === 'duration')
    return `a duration has one unit: write \`${String(60 * Number(hours) + Number(minutes))}m\``
  const found = asQuantity(written)
  const measures = found && dimensionOf(found.unit)
  if (found === undefined || measures === undefined || !(found.amount > 0 && Number.isFinite(found.amount)))
    return dimension === 'duration' ? 'units: ms, s, m, h, d' : 'units: KiB, MiB, GiB, TiB; kB, MB, GB, TB'
  if (measures !== dimension) return `\`${written}\` is a ${measures}, not a ${dimension}`
  return `write \`${String(found.amount)}${found.unit}\``
}

/** In words, if the text is a quantity with a unit: `10 minutes` is a duration. */
export function quantityInWords(text: string): Dimension | undefined {
  const found = asQuantity(text)
  return found && dimensionOf(found.unit)
}

const dimensionOf = (unit: string): Dimension | undefined =>
  Object.hasOwn(seconds, unit) ? 'duration' : Object.hasOwn(bytes, unit) ? 'size' : undefined

interface Written {
  readonly amount: number
  /** In our spelling, where it is one that people use. */
  readonly unit: string
  /** Whether it stands in our spelling. */
  readonly isExact: boolean
}

function asQuantity(text: string): Written | undefined {
  const match = /^(\d+(?:\.\d+)?)(\s*)([A-Za-z]+)$/.exec(text.trim())
  const [, amount = '', space = '', unit = ''] = match ?? []
  if (match === null) return undefined
  if (dimensionOf(unit) !== undefined) return { amount: Number(amount), unit, isExact: space === '' }
  const lower = unit.toLowerCase()
  const singular = lower.length > 3 ? lower.replace(/s$/, '') : lower
  const known =
    longNames[lower] ??
    longNames[singular] ??
    [...Object.keys(seconds), ...Object.keys(bytes)].find((name) => name.toLowerCase() === lower) ??
    [...Object.keys(bytes)].find((name) => name.toLowerCase() === `${lower}b` || name.toLowerCase() === `${lower}ib`)
  return known === undefined ? undefined : { amount: Number(amount), unit: known, isExact: false }
}
