/** Something that can be timed again and again. */
export interface Timed {
  readonly name: string
  run(): unknown
}

export interface Timing {
  readonly name: string
  /** Seconds a run; `low` and `high` are the quartiles. */
  readonly median: number
  readonly low: number
  readonly high: number
  readonly rounds: number
}

export interface Rounds {
  /** Rounds that are timed, after `warmup` ones that are not. */
  readonly rounds: number
  readonly warmup: number
}

/**
 * Times several things in turn, round after round, so that a busy minute of the machine touches all of them: it is their
 * ratios that can be compared between machines and days.
 */
export async function measure(things: readonly Timed[], { rounds, warmup }: Rounds): Promise<Timing[]> {
  const seconds = things.map((): number[] => [])
  for (let round = -warmup; round < rounds; round++) {
    for (const [at, thing] of things.entries()) {
      const started = performance.now()
      await thing.run()
      if (round >= 0) seconds[at]!.push((performance.now() - started) / 1000)
    }
  }
  return things.map(({ name }, at) => timing(name, seconds[at]!))
}

export function timing(name: string, seconds: readonly number[]): Timing {
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(seconds, share)) as [number, number, number]
  return { name, median, low, high, rounds: seconds.length }
}

/** The quantile of a sample by linear interpolation (Hyndman and Fan 1996, type 7). Throws RangeError on none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('a quantile of no values')
  const sorted = values.toSorted((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const below = sorted[Math.floor(at)]!
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below)
}
